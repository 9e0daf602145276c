package io.tracetide.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RecursiveSectionTest {

  record Node(Optional<String> name, @WrittenAs("continue") boolean continues, List<Node> nodes) {
    Node {
      Checks.check()
          .that(!name.equals(Optional.of("")), "name", "", "a name")
          .that(!continues || nodes.isEmpty(), "continue", true, "false where there are nodes")
          .done();
    }

    static Node defaults() {
      return new Node(Optional.empty(), false, List.of());
    }
  }

  record Root(Optional<Node> tree, int count) {
    static Root defaults() {
      return new Root(Optional.empty(), 1);
    }
  }

  @Test
  void shouldReadATree() {
    Root root =
        read("tree: {name: a, nodes: [{name: b, continue: true}, {nodes: [{name: c}, {}]}]}");

    Node c = new Node(Optional.of("c"), false, List.of());
    assertThat(root.tree())
        .contains(
            new Node(
                Optional.of("a"),
                false,
                List.of(
                    new Node(Optional.of("b"), true, List.of()),
                    new Node(Optional.empty(), false, List.of(c, Node.defaults())))));
  }

  @Test
  void shouldReportEveryProblemOfATreeWithItsPath() {
    ConfigException e =
        catchThrowableOfType(
            ConfigException.class,
            () ->
                read(
                    "tree: {nodes: [{name: ''}, {nodes: [{continue: true, nodes: [{}]},"
                        + " {continues: true}, {continue: often}]}]}"));

    assertThat(e.problems())
        .extracting(ConfigProblem::path)
        .containsExactlyInAnyOrder(
            "tree.nodes[0].name",
            "tree.nodes[1].nodes[0].continue",
            "tree.nodes[1].nodes[1].continues",
            "tree.nodes[1].nodes[2].continue");
    assertThat(e).hasMessageContaining("did you mean continue?");
  }

  @Test
  void shouldListTheKeysOfATreeOnce() {
    assertThat(ConfigReader.keys(Root.defaults()))
        .containsExactly(
            new ConfigKey("tree", "section", ""),
            new ConfigKey("tree.name", "string", ""),
            new ConfigKey("tree.continue", "boolean", "false"),
            new ConfigKey("tree.nodes", "list of section", "[]"),
            new ConfigKey("count", "int", "1"));
  }

  @Test
  void shouldDigestATree() {
    assertThat(ConfigDigest.of(read("tree: {nodes: [{name: a}]}")))
        .isEqualTo(ConfigDigest.of(read("tree: {nodes: [{name: a, continue: false}]}")))
        .isNotEqualTo(ConfigDigest.of(read("tree: {nodes: [{nodes: [{name: a}]}]}")));
  }

  private static Root read(String yaml) {
    return ConfigReader.parse(yaml, Root.defaults(), Map.of());
  }
}
