package dev.greenlet;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTests {
  private static final String ROOT = "dev.greenlet";

  private final JavaClasses core =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages(ROOT);

  @Test
  void packagesAreFreeOfCycles() {
    slices().matching("(**)").should().beFreeOfCycles().check(core);
  }

  @Test
  void enginesKnowNothingOfLanesAndTasks() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + ".fiber")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(ROOT, ROOT + ".inspect", ROOT + ".sync", ROOT + ".scope")
        .check(core);
  }

  @Test
  void nothingThatRunsKnowsTheInspection() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + ".inspect")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(ROOT + ".inspect")
        .check(core);
  }

  @Test
  void nothingThatRunsKnowsTheWatchdog() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + ".watchdog")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(ROOT + ".watchdog")
        .check(core);
  }

  @Test
  void onlyTheEnginesReachIntoTheJdk() {
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
        .check(core);
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
        .check(core);
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
        .check(core);
  }
}
