package io.tracetide.gateway;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.junit.ArchTests;
import com.tngtech.archunit.lang.ArchRule;
import io.tracetide.schemas.ModuleRules;

@AnalyzeClasses(
    packages = "io.tracetide.gateway",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest static final ArchTests ofEveryModule = ArchTests.in(ModuleRules.class);

  @ArchTest
  static final ArchRule decodingDoesNotDependOnKafkaHttpOrMeters =
      noClasses()
          .that()
          .resideInAnyPackage(
              "..record..", "..span..", "..otlp..", "..zipkin..", "..lifecycle..", "..json..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.kafka..", "com.linecorp..", "io.micrometer..");

  @ArchTest
  static final ArchRule publishingKnowsNothingOfHttpAndDialects =
      noClasses()
          .that()
          .resideInAPackage("..publish..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "com.linecorp..",
              "..span..",
              "..otlp..",
              "..zipkin..",
              "..lifecycle..",
              "..json..",
              "..receive..",
              "..http..",
              "..grpc..");

  @ArchTest
  static final ArchRule packagesHaveNoCycles =
      slices().matching("io.tracetide.gateway.(*)..").should().beFreeOfCycles();
}
