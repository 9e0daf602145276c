package io.tracetide.standalone.demo;

import java.util.List;

/**
 * The services of the demonstration: a small shop, and agents that plan, request approval and
 * execute.
 */
final class DemoFleet {
  private static final String STOREFRONT = "storefront";
  private static final String CHECKOUT = "checkout";
  private static final String PAYMENT = "payment";
  private static final String INVENTORY = "inventory";
  private static final String SHIPPING = "shipping";
  private static final String CONTEXTS = "context-manager";
  private static final String EXECUTOR = "executor";

  static final Operation BROWSE =
      new Operation(STOREFRONT, "GET /products", 18_000, 0.3, "page not rendered");
  static final Operation STOCK =
      new Operation(INVENTORY, "GET /stock", 6_000, 0.3, "stock not readable");
  static final Operation BUY =
      new Operation(STOREFRONT, "POST /checkout", 12_000, 0.25, "order not placed");
  static final Operation ORDER =
      new Operation(CHECKOUT, "POST /orders", 15_000, 0.25, "order not stored");
  static final Operation RESERVE =
      new Operation(INVENTORY, "POST /reservations", 9_000, 0.3, "reservation refused");
  static final Operation CHARGE =
      new Operation(PAYMENT, "POST /charge", 45_000, 0.3, "card network did not answer");
  static final Operation SHIP =
      new Operation(SHIPPING, "POST /shipments", 20_000, 0.3, "carrier did not answer");
  static final Operation TRACK =
      new Operation(STOREFRONT, "GET /orders", 10_000, 0.3, "page not rendered");
  static final Operation WHERE =
      new Operation(SHIPPING, "GET /shipments", 8_000, 0.3, "carrier did not answer");

  static final Operation WORKFLOW =
      new Operation(CONTEXTS, "run workflow", 30_000, 0.2, "workflow failed");
  static final Operation CONTEXT =
      new Operation(CONTEXTS, "open context", 25_000, 0.3, "context not available");
  static final Operation PLAN =
      new Operation("planner", "make plan", 900_000, 0.35, "no plan within budget");
  static final Operation APPROVAL =
      new Operation("approval", "await approval", 6_000_000, 0.5, "approval denied");
  static final Operation EXECUTE =
      new Operation(EXECUTOR, "execute plan", 60_000, 0.25, "plan not executed");
  static final Operation EXECUTE_STEP =
      new Operation(EXECUTOR, "execute step", 400_000, 0.35, "step failed");

  /**
   * A user journey: a trace of the fleet.
   *
   * @param perSecond mean rate
   */
  record Journey(double perSecond, DemoStep root) {}

  /** Workflows of agents: they plan, wait for an approval and execute. */
  static final Journey WORKFLOWS =
      new Journey(
          0.7,
          DemoStep.vital(
                  WORKFLOW,
                  DemoStep.vital(CONTEXT).about("context").telling("context_lifecycle"),
                  DemoStep.vital(PLAN).about("context", "plan").telling("plan_execution"),
                  DemoStep.vital(APPROVAL)
                      .about("context", "plan", "approval")
                      .telling("approval_workflow"),
                  DemoStep.vital(
                          EXECUTE,
                          DemoStep.vital(EXECUTE_STEP).about("context", "plan", "step"),
                          DemoStep.vital(EXECUTE_STEP).about("context", "plan", "step"))
                      .about("context", "plan")
                      .telling("plan_execution"))
              .about("context"));

  /** All journeys: together 40 spans a second. */
  static final List<Journey> JOURNEYS =
      List.of(
          new Journey(5.2, DemoStep.vital(BROWSE, DemoStep.optional(STOCK))),
          new Journey(
              4.0,
              DemoStep.vital(
                  BUY,
                  DemoStep.vital(
                      ORDER,
                      DemoStep.vital(RESERVE),
                      DemoStep.vital(CHARGE),
                      DemoStep.optional(SHIP)))),
          new Journey(2.5, DemoStep.vital(TRACK, DemoStep.vital(WHERE))),
          WORKFLOWS);

  /**
   * Operations that faults can slow down: they call no others, so their duration is their own, and
   * they are frequent enough for windows of 10 seconds.
   */
  static final List<Operation> SLOWABLE = List.of(CHARGE, STOCK, RESERVE, SHIP);

  /** Services in which faults can cause failures, with enough spans for windows of 10 seconds. */
  static final List<String> BREAKABLE = List.of(PAYMENT, INVENTORY, SHIPPING);

  private DemoFleet() {}
}
