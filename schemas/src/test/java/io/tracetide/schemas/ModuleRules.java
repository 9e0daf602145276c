package io.tracetide.schemas;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;

/**
 * Rules that hold in every module. Other modules use them from the test jar; {@code runtime} has a
 * copy, because a goal of its build resolves test dependencies before {@code mvn compile} has made
 * the test jar.
 */
public final class ModuleRules {

  @ArchTest
  public static final ArchRule packagesHaveNoCycles =
      slices().matching("io.tracetide.(**)").should().beFreeOfCycles();

  @ArchTest
  public static final ArchRule timeComesFromAClock =
      noClasses()
          .should()
          .callMethod(Instant.class, "now")
          .orShould()
          .callMethod(System.class, "currentTimeMillis");

  /** A composition root passes the clock to the module. */
  @ArchTest
  public static final ArchRule theClockIsGiven =
      noClasses().should().callMethod(Clock.class, "systemUTC");

  private ModuleRules() {}
}
