package io.tracetide.query;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.junit.ArchTests;
import com.tngtech.archunit.lang.ArchRule;
import io.tracetide.schemas.ModuleRules;

/** The client needs Java and Jackson only. */
@AnalyzeClasses(packages = "io.tracetide.query", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest static final ArchTests ofEveryModule = ArchTests.in(ModuleRules.class);

  @ArchTest
  static final ArchRule needsJacksonOnly =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideOutsideOfPackages(
              "java..",
              "javax.net.ssl..",
              "org.jspecify..",
              "com.fasterxml.jackson..",
              "io.tracetide.query..");
}
