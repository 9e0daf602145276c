package io.tracetide.processor.topology.window;

import io.tracetide.processor.window.WindowTier;
import java.util.List;

/**
 * A node of the topology that evaluates closed windows.
 *
 * @param name of the node
 * @param tiers tiers whose windows it evaluates
 */
public record EvaluatingNode(String name, List<WindowTier> tiers) {

  public EvaluatingNode {
    tiers = List.copyOf(tiers);
  }
}
