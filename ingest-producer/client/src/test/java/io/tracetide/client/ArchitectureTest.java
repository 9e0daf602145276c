package io.tracetide.client;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Instant;

@AnalyzeClasses(
    packages = "io.tracetide.client",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

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

  @ArchTest
  static final ArchRule packagesHaveNoCycles =
      slices().matching("io.tracetide.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule timeComesFromAClock =
      noClasses()
          .should()
          .callMethod(Instant.class, "now")
          .orShould()
          .callMethod(System.class, "currentTimeMillis");
}
