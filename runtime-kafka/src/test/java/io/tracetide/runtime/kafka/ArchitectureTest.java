package io.tracetide.runtime.kafka;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.junit.ArchTests;
import com.tngtech.archunit.lang.ArchRule;
import io.tracetide.schemas.ModuleRules;

@AnalyzeClasses(
    packages = "io.tracetide.runtime.kafka",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest static final ArchTests ofEveryModule = ArchTests.in(ModuleRules.class);

  @ArchTest
  static final ArchRule shouldNeedFewLibraries =
      classes()
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "io.tracetide.runtime..",
              "io.tracetide.schemas",
              "io.tracetide.schemas.audit..",
              "io.tracetide.schemas.broker..",
              "io.tracetide.schemas.registry..",
              "io.tracetide.schemas.serde..",
              "io.tracetide.schemas.size..",
              "io.micrometer.core..",
              "io.micrometer.prometheusmetrics..",
              "java..",
              "org.apache.kafka..",
              "org.jspecify..",
              "org.rocksdb..",
              "org.slf4j..");

  @ArchTest
  static final ArchRule shouldNotUseInternalsOfStreams =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.apache.kafka.streams.processor.internals..",
              "org.apache.kafka.streams.state.internals..");
}
