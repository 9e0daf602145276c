package io.tracetide.client;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.tracetide.schemas.ModuleRules;

@AnalyzeClasses(
    packages = "io.tracetide.client",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest static final ArchRule packagesHaveNoCycles = ModuleRules.packagesHaveNoCycles;

  @ArchTest static final ArchRule timeComesFromAClock = ModuleRules.timeComesFromAClock;

  /** Limits the dependencies that services inherit. */
  @ArchTest
  static final ArchRule theClosureIsSmall =
      classes()
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "java..",
              "com.sun.management..",
              "io.tracetide.client..",
              "io.tracetide.schemas..",
              "org.apache.avro..",
              "org.apache.kafka..",
              "org.jspecify..",
              "org.slf4j..");
}
