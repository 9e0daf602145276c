package io.tracetide.standalone;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.tracetide.schemas.ModuleRules;

@AnalyzeClasses(packages = "io.tracetide.standalone", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest static final ArchRule packagesHaveNoCycles = ModuleRules.packagesHaveNoCycles;
}
