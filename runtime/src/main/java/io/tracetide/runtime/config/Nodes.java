package io.tracetide.runtime.config;

import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.Tag;

/** Forms of YAML nodes. */
final class Nodes {

  /** Whether the node is an empty plain value. */
  static boolean isNothing(Node node) {
    return node instanceof ScalarNode scalar
        && scalar.getTag().equals(Tag.NULL)
        && scalar.getScalarStyle() == ScalarStyle.PLAIN;
  }

  /** The form of the node, for messages. */
  static String kind(Node node) {
    return switch (node.getNodeId()) {
      case mapping -> "a section";
      case sequence -> "a list";
      default -> "a single value";
    };
  }

  private Nodes() {}
}
