package io.tracetide.alert;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.junit.ArchTests;
import com.tngtech.archunit.lang.ArchRule;
import io.tracetide.schemas.ModuleRules;

@AnalyzeClasses(packages = "io.tracetide.alert", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest static final ArchTests ofEveryModule = ArchTests.in(ModuleRules.class);

  @ArchTest
  static final ArchRule decisionsKnowNothingOfTheWorld =
      classes()
          .that()
          .resideInAPackage("..decision..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "java..",
              "org.jspecify..",
              "com.google.re2j..",
              "io.tracetide.runtime.regex..",
              "io.tracetide.alert.route..",
              "io.tracetide.alert.decision..");

  @ArchTest
  static final ArchRule routesKnowNothingOfTheWorld =
      classes()
          .that()
          .resideInAPackage("io.tracetide.alert.route..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "java..",
              "org.jspecify..",
              "com.google.re2j..",
              "io.tracetide.runtime.regex..",
              "io.tracetide.alert.route..");

  @ArchTest
  static final ArchRule channelsKnowNothingOfKafka =
      noClasses()
          .that()
          .resideInAPackage("..channel..")
          .and()
          .resideOutsideOfPackage("..channel.topic..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.kafka..", "..deliver..", "..topology..");

  @ArchTest
  static final ArchRule channelsKnowNothingOfDelivery =
      noClasses()
          .that()
          .resideInAPackage("..channel..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("..deliver..", "..topology..");

  @ArchTest
  static final ArchRule decidingAndDeliveringMeetOnlyInTopics =
      noClasses()
          .that()
          .resideInAPackage("..topology..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("..deliver..", "..channel..");

  @ArchTest
  static final ArchRule modulesMeetOnlyThroughSchemas =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.tracetide.processor..", "io.tracetide.gateway..", "io.tracetide.client..");
}
