package io.tracetide.processor.query.objective;

import io.tracetide.processor.query.request.Parameters;
import io.tracetide.processor.query.request.Scope;
import java.util.List;
import java.util.Set;

/**
 * Query of {@code /monitoring/objectives}.
 *
 * @param objectives names of objectives; empty selects all
 * @param operations names of operations, {@code *} for services as a whole; empty selects all
 */
public record BudgetQuery(Scope scope, Set<String> objectives, Set<String> operations) {
  public static final List<String> PARAMETERS =
      List.of("objectives", "services", "operations", "tenant");

  public BudgetQuery {
    objectives = Set.copyOf(objectives);
    operations = Set.copyOf(operations);
  }

  public static BudgetQuery parse(Parameters parameters) {
    return new BudgetQuery(
        Scope.of(parameters.tenants(), parameters.selection("services")),
        parameters.names("objectives"),
        parameters.names("operations"));
  }
}
