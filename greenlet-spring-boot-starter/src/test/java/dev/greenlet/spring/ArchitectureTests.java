package dev.greenlet.spring;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.assertj.core.api.Assertions;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;

class ArchitectureTests {
  private static final String ROOT = "dev.greenlet.spring";

  private final JavaClasses starter =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages(ROOT);

  @Test
  void packagesAreFreeOfCycles() {
    slices().matching("(" + ROOT + "..)").should().beFreeOfCycles().check(starter);
    slices().matching("(**)").should().beFreeOfCycles().check(starter);
  }

  @Test
  void onlyAutoConfigurationKnowsAutoConfigurationAndProperties() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + ".autoconfigure..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(ROOT + ".autoconfigure..")
        .check(starter);
  }

  @Test
  void theWriteSideKnowsNothingOfTheReadSide() {
    noClasses()
        .that()
        .resideInAnyPackage(
            ROOT + ".web..",
            ROOT + ".jdbc..",
            ROOT + ".http..",
            ROOT + ".reactor..",
            ROOT + ".context..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(ROOT + ".actuate..", "dev.greenlet.inspect..")
        .check(starter);
  }

  @Test
  void fibersAndLoopsAreInternalToTheCore() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.greenlet.fiber..", "dev.greenlet.loop..")
        .check(starter);
  }

  @Test
  void autoConfigurationsArePublicAndFinalWithoutPublicMembers() {
    classes()
        .that()
        .areAnnotatedWith(AutoConfiguration.class)
        .should()
        .bePublic()
        .andShould()
        .haveModifier(JavaModifier.FINAL)
        .check(starter);
    methods()
        .that()
        .areDeclaredInClassesThat()
        .areAnnotatedWith(AutoConfiguration.class)
        .should()
        .notBePublic()
        .check(starter);
  }

  @Test
  void beanPostProcessorsAreMadeByStaticMethods() {
    methods()
        .that()
        .areAnnotatedWith(Bean.class)
        .and()
        .haveRawReturnType(JavaClass.Predicates.assignableTo(BeanPostProcessor.class))
        .should()
        .beStatic()
        .check(starter);
  }

  @Test
  void everyAutoConfigurationIsListedInOrder() throws IOException {
    List<String> found =
        starter.stream()
            .filter(type -> type.isAnnotatedWith(AutoConfiguration.class))
            .map(JavaClass::getName)
            .sorted()
            .toList();
    String imports =
        "/META-INF/spring/org.springframework.boot.autoconfigure.AutoConfiguration.imports";
    try (var listed = Objects.requireNonNull(getClass().getResourceAsStream(imports))) {
      Assertions.assertThat(
              new String(listed.readAllBytes(), StandardCharsets.UTF_8).lines().toList())
          .isEqualTo(found);
    }
  }

  @Test
  void packagesSayWhatTheyAreFor() {
    classes()
        .should(
            ArchCondition.from(
                DescribedPredicate.describe(
                    "be in a null-marked package",
                    type -> type.getPackage().isAnnotatedWith(NullMarked.class))))
        .check(starter);
  }
}
