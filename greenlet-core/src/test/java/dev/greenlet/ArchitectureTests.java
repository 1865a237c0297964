package dev.greenlet;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ArchitectureTests {
  private static final String ROOT = "dev.greenlet";
  private static final int LARGEST_CIRCLE = 15;
  private static final List<String> LAYERS =
      List.of(
          ROOT + ".engine",
          ROOT + ".fiber",
          ROOT + ".schedule",
          ROOT + ".loop",
          ROOT,
          ROOT + ".reactive",
          ROOT + ".sync",
          ROOT + ".net",
          ROOT + ".scope",
          ROOT + ".raw",
          ROOT + ".inspect",
          ROOT + ".watchdog");

  private static final JavaClasses CORE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages(ROOT);

  @Test
  void packagesAreFreeOfCycles() {
    slices().matching("(**)").should().beFreeOfCycles().check(CORE);
  }

  @Test
  void packagesAreLayersWithoutAnUpwardArrow() {
    for (int i = 0; i < LAYERS.size() - 1; i++) {
      String[] above = LAYERS.subList(i + 1, LAYERS.size()).toArray(String[]::new);
      noClasses()
          .that()
          .resideInAPackage(LAYERS.get(i))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(above)
          .check(CORE);
    }
  }

  @Test
  void everyPackageIsALayer() {
    classes().should().resideInAnyPackage(LAYERS.toArray(String[]::new)).check(CORE);
  }

  @Test
  void onlyReactiveKnowsReactiveStreams() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + ".reactive")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.reactivestreams")
        .check(CORE);
  }

  /** Of classes each of which depends on all others, directly or not; a nested one is its outer. */
  @Test
  void noCircleOfClassesIsLargerThanTheKernel() {
    Map<String, Set<String>> edges = new TreeMap<>();
    for (JavaClass from : CORE) {
      for (Dependency dependency : from.getDirectDependenciesFromSelf()) {
        String source = outermost(from);
        String target = outermost(dependency.getTargetClass().getBaseComponentType());
        if (target.startsWith(ROOT + ".") && !target.equals(source)) {
          edges.computeIfAbsent(source, key -> new TreeSet<>()).add(target);
        }
      }
    }

    assertThat(Circles.of(edges))
        .allSatisfy(circle -> assertThat(circle).hasSizeLessThanOrEqualTo(LARGEST_CIRCLE));
  }

  private static String outermost(JavaClass type) {
    return type.getName().replaceFirst("\\$.*", "");
  }

  @Test
  void nothingThatRunsKnowsTheInspection() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + ".inspect")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(ROOT + ".inspect")
        .check(CORE);
  }

  @Test
  void onlyFibersReachIntoTheJdk() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + ".fiber")
        .should()
        .callMethod(
            java.lang.invoke.MethodHandles.class,
            "privateLookupIn",
            Class.class,
            java.lang.invoke.MethodHandles.Lookup.class)
        .orShould()
        .callMethod(Class.class, "forName", String.class)
        .orShould()
        .dependOnClassesThat()
        .resideInAPackage("java.lang.reflect")
        .check(CORE);
  }

  @Test
  void theRunLoopReadsNoClockOfItsOwn() {
    noClasses()
        .that()
        .haveSimpleName("RunLoop")
        .or()
        .haveSimpleName("DefaultGreenletTask")
        .should()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(Thread.class, "sleep", long.class)
        .check(CORE);
  }

  @Test
  void packagesSayWhatTheyAreFor() {
    classes()
        .should(
            com.tngtech.archunit.lang.ArchCondition.from(
                com.tngtech.archunit.base.DescribedPredicate.describe(
                    "be in a null-marked package",
                    type ->
                        type.getPackage()
                            .isAnnotatedWith(org.jspecify.annotations.NullMarked.class))))
        .check(CORE);
  }
}
