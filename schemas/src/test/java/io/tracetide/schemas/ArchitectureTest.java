package io.tracetide.schemas;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.junit.ArchTests;
import com.tngtech.archunit.lang.ArchRule;

/** What services link stays small, and time and the registry are not fetched out of the air. */
@AnalyzeClasses(packages = "io.tracetide.schemas", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest static final ArchTests ofEveryModule = ArchTests.in(ModuleRules.class);

  @ArchTest
  static final ArchRule nothingOfOursIsBelowThisModule =
      noClasses()
          .should()
          .dependOnClassesThat(
              DescribedPredicate.describe(
                  "are Tracetide's but not of this module",
                  type ->
                      type.getPackageName().startsWith("io.tracetide")
                          && !type.getPackageName().startsWith("io.tracetide.schemas")));

  @ArchTest
  static final ArchRule fewLibraries =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideOutsideOfPackages(
              "java..",
              "io.tracetide.schemas..",
              "org.apache.avro..",
              "org.apache.kafka.common..",
              "org.apache.kafka.clients..",
              "com.fasterxml.jackson..",
              "org.jspecify..",
              "org.slf4j..");

  @ArchTest
  static final ArchRule onlyTheRegistryTalksHttp =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.tracetide.schemas.registry")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("java.net.http..", "com.fasterxml.jackson..");

  @ArchTest
  static final ArchRule theRegistryKnowsNoRecords =
      noClasses()
          .that()
          .resideInAPackage("io.tracetide.schemas.registry")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.tracetide.schemas", "io.tracetide.schemas.serde", "io.tracetide.schemas.topic");
}
