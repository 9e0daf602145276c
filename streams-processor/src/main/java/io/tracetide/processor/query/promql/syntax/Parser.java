package io.tracetide.processor.query.promql.syntax;

import io.tracetide.processor.query.promql.syntax.Expr.Aggregation;
import io.tracetide.processor.query.promql.syntax.Expr.Binary;
import io.tracetide.processor.query.promql.syntax.Expr.Call;
import io.tracetide.processor.query.promql.syntax.Expr.InstantSelector;
import io.tracetide.processor.query.promql.syntax.Expr.Negation;
import io.tracetide.processor.query.promql.syntax.Expr.NumberLiteral;
import io.tracetide.processor.query.promql.syntax.Expr.StringLiteral;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Parses the supported subset of PromQL and checks its types. Anything else of PromQL is rejected
 * with a message that lists what is supported, so that no query gets an answer to another one.
 */
public final class Parser {

  /*
   * Precedence climbing: binary operators by their precedence, all from left to right except for ^.
   * Recursion is bounded by the limit of nesting, that of the evaluation by the number of nodes.
   */

  private static final int LOWEST = BinaryOp.OR.precedence();

  private final TokenStream tokens;
  private final SyntaxLimits limits;
  private final SelectorParser selectors;
  private int nodes;
  private int nesting;

  private Parser(TokenStream tokens, SyntaxLimits limits) {
    this.tokens = tokens;
    this.limits = limits;
    this.selectors = new SelectorParser(tokens, limits);
  }

  /**
   * Parses a query.
   *
   * @throws PromqlException if it is malformed, too large or outside of the subset
   */
  public static Expr parse(String query, SyntaxLimits limits) {
    Parser parser = parser(query, limits);
    Expr expr = parser.expression(LOWEST);
    parser.end();
    return expr;
  }

  /**
   * Parses a selector without range and offset, as the parameter {@code match[]} has.
   *
   * @throws PromqlException if it is anything else
   */
  public static List<SeriesMatcher> selector(String query, SyntaxLimits limits) {
    if (parse(query, limits) instanceof InstantSelector selector && selector.offsetMs() == 0) {
      return selector.matchers();
    }
    throw PromqlException.badData(
        "%s is not a selector such as name{label=\"value\"}"
            .formatted(PromqlException.quoted(query)));
  }

  private static Parser parser(String query, SyntaxLimits limits) {
    if (query.length() > limits.length()) {
      throw PromqlException.badData(
          "the query has more than %d characters: shorten it".formatted(limits.length()));
    }
    return new Parser(new TokenStream(Lexer.tokens(query)), limits);
  }

  private void end() {
    if (tokens.peek().is("[") || tokens.peek().is(":")) {
      throw SelectorParser.subquery();
    }
    if (tokens.peek().type() != QueryToken.Type.END) {
      throw tokens.unexpected("an operator or the end of the query");
    }
  }

  private Expr expression(int precedence) {
    if (++nesting > limits.nesting()) {
      throw PromqlException.badData(
          "the query has more than %d levels of nesting: simplify it".formatted(limits.nesting()));
    }
    Expr left = unary();
    for (Optional<BinaryOp> next = operator(precedence);
        next.isPresent();
        next = operator(precedence)) {
      left = binary(next.get(), left);
    }
    nesting--;
    return left;
  }

  private Optional<BinaryOp> operator(int precedence) {
    if (tokens.peek().isWord("atan2")) {
      throw PromqlException.badData("the operator atan2 is not supported");
    }
    return BinaryOp.of(tokens.peek()).filter(op -> op.precedence() >= precedence);
  }

  private Expr unary() {
    boolean minus = tokens.peek().is("-");
    if (!minus && !tokens.peek().is("+")) {
      return primary();
    }
    tokens.next();
    Expr of = expression(BinaryOp.POWER.precedence());
    if (of.type() != ValueType.SCALAR && of.type() != ValueType.VECTOR) {
      throw PromqlException.badData(
          "a sign needs a scalar or an instant vector, and not a %s".formatted(of.type().label()));
    }
    if (!minus) {
      return of;
    }
    return of instanceof NumberLiteral number
        ? new NumberLiteral(-number.value())
        : node(new Negation(of));
  }

  private Expr binary(BinaryOp op, Expr left) {
    tokens.next();
    boolean bool = tokens.takeWord("bool");
    if (bool && !op.isComparison()) {
      throw PromqlException.badData(
          "'bool' follows a comparison, and not '%s'".formatted(op.symbol()));
    }
    boolean matched = tokens.peek().isWord("on") || tokens.peek().isWord("ignoring");
    Matching matching = matched ? matching(op) : Matching.ALL;
    Expr right = expression(op == BinaryOp.POWER ? op.precedence() : op.precedence() + 1);
    return node(OperandTypes.checked(new Binary(op, left, right, bool, matching), matched));
  }

  private Matching matching(BinaryOp op) {
    boolean on = tokens.next().isWord("on");
    Set<String> labels = tokens.labels(on ? "on" : "ignoring");
    Matching.Many many = Matching.Many.NEITHER;
    Set<String> include = Set.of();
    if (tokens.peek().isWord("group_left") || tokens.peek().isWord("group_right")) {
      many = tokens.peek().isWord("group_left") ? Matching.Many.LEFT : Matching.Many.RIGHT;
      String word = tokens.next().text().toLowerCase(Locale.ROOT);
      if (op.isSet()) {
        throw PromqlException.badData("'%s' does not take %s".formatted(op.symbol(), word));
      }
      // A vector in parentheses may follow directly, in which case there are no labels: as in
      // Prometheus, parentheses here are the list.
      include = tokens.peek().is("(") ? tokens.labels(word) : Set.of();
      for (String label : include) {
        if (on && labels.contains(label)) {
          throw PromqlException.badData("label '%s' is in both on and %s".formatted(label, word));
        }
      }
    }
    return new Matching(on, labels, many, include);
  }

  private Expr primary() {
    QueryToken token = tokens.peek();
    return switch (token.type()) {
      case NUMBER -> node(new NumberLiteral(Numbers.number(tokens.next().text())));
      case STRING -> node(new StringLiteral(tokens.next().text()));
      case DURATION ->
          throw PromqlException.badData(
              "unexpected duration %s at position %d: durations are ranges in brackets and offsets"
                  .formatted(token.shown(), token.position() + 1));
      case IDENTIFIER -> identifier(token);
      case SYMBOL, END -> token.is("{") ? node(selectors.parse()) : parenthesized();
    };
  }

  private Expr parenthesized() {
    if (!tokens.take("(")) {
      throw tokens.unexpected("an expression");
    }
    Expr inner = expression(LOWEST);
    tokens.expect(")", "after the expression");
    if (tokens.peek().is("[")) {
      throw SelectorParser.subquery();
    }
    return inner;
  }

  private Expr identifier(QueryToken token) {
    boolean call = tokens.second().is("(");
    Optional<AggregationOp> aggregation = AggregationOp.of(token.text());
    boolean grouped = tokens.second().isWord("by") || tokens.second().isWord("without");
    if (aggregation.isPresent() && (call || grouped)) {
      return node(aggregation(aggregation.get()));
    }
    if (grouped && !call) {
      throw unsupported("aggregation", token);
    }
    if (token.isWord("inf") || token.isWord("nan")) {
      tokens.next();
      return node(new NumberLiteral(token.isWord("inf") ? Double.POSITIVE_INFINITY : Double.NaN));
    }
    return call ? node(call(token)) : node(selectors.parse());
  }

  private static PromqlException unsupported(String what, QueryToken token) {
    return PromqlException.badData(
        "%s %s is not supported. Supported aggregations: %s. Supported functions: %s."
            .formatted(what, token.shown(), AggregationOp.supported(), PromqlFunction.supported()));
  }

  private Expr aggregation(AggregationOp op) {
    tokens.next();
    Optional<Grouping> before = grouping();
    tokens.expect("(", "after " + op.word());
    List<Expr> arguments = arguments(op.word());
    Grouping grouping = before.or(this::grouping).orElse(Grouping.NONE);
    int expected = op.selects() ? 2 : 1;
    if (arguments.size() != expected) {
      throw PromqlException.badData(
          "%s takes %s, got %d arguments"
              .formatted(
                  op.word(),
                  op.selects() ? "a number and a vector" : "one vector",
                  arguments.size()));
    }
    Expr of = arguments.get(expected - 1);
    require(of, ValueType.VECTOR, op.word());
    if (op.selects()) {
      require(arguments.get(0), ValueType.SCALAR, op.word());
    }
    return new Aggregation(
        op, grouping, op.selects() ? Optional.of(arguments.get(0)) : Optional.empty(), of);
  }

  private Optional<Grouping> grouping() {
    boolean by = tokens.peek().isWord("by");
    if (!by && !tokens.peek().isWord("without")) {
      return Optional.empty();
    }
    tokens.next();
    return Optional.of(new Grouping(!by, tokens.labels(by ? "by" : "without")));
  }

  private Expr call(QueryToken name) {
    PromqlFunction function =
        PromqlFunction.of(name.text()).orElseThrow(() -> unsupported("function", name));
    tokens.next();
    tokens.next();
    List<Expr> arguments = arguments(function.word());
    List<ValueType> types = function.takes();
    if (arguments.size() != types.size()) {
      throw PromqlException.badData(
          "%s takes %d arguments, got %d"
              .formatted(function.word(), types.size(), arguments.size()));
    }
    for (int i = 0; i < types.size(); i++) {
      require(arguments.get(i), types.get(i), function.word());
    }
    return new Call(function, arguments);
  }

  /** Arguments up to the closing parenthesis. */
  private List<Expr> arguments(String of) {
    List<Expr> arguments = new ArrayList<>();
    while (!tokens.take(")")) {
      arguments.add(expression(LOWEST));
      if (!tokens.take(",")) {
        tokens.expect(")", "after the arguments of " + of);
        break;
      }
    }
    return arguments;
  }

  private static void require(Expr argument, ValueType type, String of) {
    if (argument.type() != type) {
      throw PromqlException.badData(
          "%s takes %s %s here, and not %s %s"
              .formatted(
                  of,
                  type == ValueType.VECTOR ? "an" : "a",
                  type.label(),
                  argument.type() == ValueType.VECTOR ? "an" : "a",
                  argument.type().label()));
    }
  }

  private <E extends Expr> E node(E expr) {
    if (++nodes > limits.nodes()) {
      throw PromqlException.badData(
          "the query has more than %d expressions: simplify it".formatted(limits.nodes()));
    }
    return expr;
  }
}
