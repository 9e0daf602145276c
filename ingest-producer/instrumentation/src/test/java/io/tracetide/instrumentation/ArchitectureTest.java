package io.tracetide.instrumentation;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.junit.ArchTests;
import com.tngtech.archunit.lang.ArchRule;
import io.tracetide.schemas.ModuleRules;

/** Each integration depends on its own library only. */
@AnalyzeClasses(
    packages = "io.tracetide.instrumentation",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest static final ArchTests ofEveryModule = ArchTests.in(ModuleRules.class);

  private static final String[] OURS = {
    "java..",
    "io.tracetide.client..",
    "io.tracetide.schemas..",
    "org.apache.avro..",
    "org.jspecify..",
    "org.slf4j.."
  };

  @ArchTest
  static final ArchRule integrationsDoNotKnowEachOther =
      slices().matching("io.tracetide.instrumentation.(*)..").should().notDependOnEachOther();

  @ArchTest
  static final ArchRule everythingBelongsToAnIntegration =
      noClasses().should().resideInAPackage("io.tracetide.instrumentation");

  @ArchTest
  static final ArchRule theFilterNeedsServletsOnly = needsOnly("servlet", "jakarta.servlet..");

  @ArchTest
  static final ArchRule theExporterNeedsOpenTelemetryOnly = needsOnly("otel", "io.opentelemetry..");

  @ArchTest
  static final ArchRule theRegistryNeedsMicrometerOnly = needsOnly("micrometer", "io.micrometer..");

  private static ArchRule needsOnly(String integration, String library) {
    String its = "io.tracetide.instrumentation." + integration;
    String[] allowed = new String[OURS.length + 2];
    System.arraycopy(OURS, 0, allowed, 0, OURS.length);
    allowed[OURS.length] = its;
    allowed[OURS.length + 1] = library;
    return classes()
        .that()
        .resideInAPackage(its)
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(allowed);
  }
}
