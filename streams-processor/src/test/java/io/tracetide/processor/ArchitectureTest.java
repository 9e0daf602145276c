package io.tracetide.processor;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.junit.ArchTests;
import com.tngtech.archunit.lang.ArchRule;
import io.tracetide.schemas.ModuleRules;

/** A pure core, a thin edge, and one place that touches the insides of Kafka Streams. */
@AnalyzeClasses(packages = "io.tracetide.processor", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest static final ArchTests ofEveryModule = ArchTests.in(ModuleRules.class);

  @ArchTest
  static final ArchRule windowsArePure =
      noClasses()
          .that()
          .resideInAnyPackage(
              "io.tracetide.processor.bytes",
              "io.tracetide.processor.window",
              "io.tracetide.processor.window.sketch")
          .should()
          .dependOnClassesThat()
          .resideOutsideOfPackages(
              "java..",
              "org.jspecify..",
              "io.tracetide.runtime.config",
              "io.tracetide.processor.bytes",
              "io.tracetide.processor.window",
              "io.tracetide.processor.window.sketch");

  @ArchTest
  static final ArchRule cardinalityIsPure =
      noClasses()
          .that()
          .resideInAPackage("io.tracetide.processor.cardinality")
          .should()
          .dependOnClassesThat()
          .resideOutsideOfPackages(
              "java..",
              "org.jspecify..",
              "io.tracetide.runtime.config",
              "io.tracetide.processor.bytes",
              "io.tracetide.processor.cardinality",
              "io.tracetide.processor.window",
              "io.tracetide.processor.window.sketch");

  @ArchTest
  static final ArchRule closingOfWindowsIsPure =
      noClasses()
          .that()
          .resideInAPackage("io.tracetide.processor.window.tier")
          .should()
          .dependOnClassesThat()
          .resideOutsideOfPackages(
              "java..",
              "org.jspecify..",
              "io.tracetide.processor.bytes",
              "io.tracetide.processor.cardinality",
              "io.tracetide.processor.window..");

  @ArchTest
  static final ArchRule promqlIsPure =
      noClasses()
          .that()
          .resideInAPackage("io.tracetide.processor.query.promql..")
          .should()
          .dependOnClassesThat()
          .resideOutsideOfPackages(
              "java..",
              "org.jspecify..",
              "com.google.re2j..",
              "io.tracetide.runtime.regex",
              "io.tracetide.processor.query.promql..",
              "io.tracetide.processor.window",
              "io.tracetide.processor.window.sketch");

  @ArchTest
  static final ArchRule theCoreKnowsNothingOfKafkaOrHttp =
      noClasses()
          .that()
          .resideInAnyPackage(
              "io.tracetide.processor.anomaly..",
              "io.tracetide.processor.change",
              "io.tracetide.processor.contract",
              "io.tracetide.processor.workflow",
              "io.tracetide.processor.compliance",
              "io.tracetide.processor.detection",
              "io.tracetide.processor.detection.gauge",
              "io.tracetide.processor.detection.silence",
              "io.tracetide.processor.rule",
              "io.tracetide.processor.slo",
              "io.tracetide.processor.metric",
              "io.tracetide.processor.event",
              "io.tracetide.processor.ledger..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.apache.kafka..",
              "com.linecorp.armeria..",
              "com.fasterxml.jackson..",
              "io.tracetide.processor.topology..",
              "io.tracetide.processor.query..");

  @ArchTest
  static final ArchRule enginesAreUsedThroughTheirPort =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("smile..", "io.tracetide.detection.smile..");

  /** The public type of a queryable store has an internal one as a parameter. */
  @ArchTest
  static final ArchRule twoClassesUseInternalsOfStreams =
      noClasses()
          .that()
          .doNotHaveSimpleName("CommitHook")
          .and()
          .doNotHaveSimpleName("ResolvedStore")
          .and()
          .doNotHaveSimpleName("Builder")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.apache.kafka.streams.processor.internals..",
              "org.apache.kafka.streams.state.internals..");
}
