package io.tracetide.runtime;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Instant;
import java.util.Arrays;

/** Has a copy of the rules that other modules share: see {@code ModuleRules} of schemas. */
@AnalyzeClasses(
    packages = "io.tracetide.runtime",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule shouldDependOnNoOtherModule =
      classes()
          .should()
          .onlyDependOnClassesThat()
          .resideOutsideOfPackage("io.tracetide..")
          .orShould()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "io.tracetide.runtime..",
              "java..",
              "javax.crypto..",
              "javax.net.ssl..",
              "org.jspecify..",
              "org.slf4j..",
              "org.yaml..",
              "com.fasterxml.jackson..",
              "com.google.re2j..",
              "com.linecorp.armeria..",
              "io.netty..",
              "io.micrometer..",
              "io.prometheus..");

  @ArchTest
  static final ArchRule shouldNotDependOnKafka =
      noClasses().should().dependOnClassesThat().resideInAPackage("org.apache.kafka..");

  @ArchTest
  static final ArchRule shouldKeepHttpAndMetersOutOfConfigLifeAndHealth =
      noClasses()
          .that()
          .resideOutsideOfPackages("io.tracetide.runtime.http..", "io.tracetide.runtime.meter..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("com.linecorp.armeria..", "io.netty..", "io.micrometer..");

  @ArchTest
  static final ArchRule shouldKeepHttpOutOfMeters =
      noClasses()
          .that()
          .resideInAPackage("io.tracetide.runtime.meter..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("com.linecorp.armeria..", "io.netty..");

  @ArchTest
  static final ArchRule shouldReadYamlOnlyWhereConfigurationIsRead =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.tracetide.runtime.config..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.yaml..");

  @ArchTest
  static final ArchRule shouldCompareSecretsInConstantTime =
      noClasses()
          .that()
          .resideInAPackage("io.tracetide.runtime.access..")
          .should()
          .callMethod(Arrays.class, "equals", byte[].class, byte[].class)
          .orShould()
          .callMethod(Arrays.class, "compare", byte[].class, byte[].class)
          .orShould()
          .callMethod(Arrays.class, "mismatch", byte[].class, byte[].class);

  @ArchTest
  static final ArchRule packagesHaveNoCycles =
      slices().matching("io.tracetide.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule shouldNotReadTheWallClock =
      noClasses()
          .should()
          .callMethod(Instant.class, "now")
          .orShould()
          .callMethod(System.class, "currentTimeMillis");
}
