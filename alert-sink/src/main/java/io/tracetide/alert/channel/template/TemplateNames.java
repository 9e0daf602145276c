package io.tracetide.alert.channel.template;

import com.samskivert.mustache.Mustache;
import java.util.Optional;
import java.util.Set;

/** Finds the first tag of a template that no message can satisfy. */
final class TemplateNames implements Mustache.Visitor {
  /** Names that Mustache defines. */
  private static final Set<String> POSITIONS = Set.of(".", "this", "-first", "-last", "-index");

  private String problem = "";

  /** Why the template is invalid; empty when it is valid. */
  Optional<String> problem() {
    return problem.isEmpty() ? Optional.empty() : Optional.of(problem);
  }

  @Override
  public void visitText(String text) {}

  @Override
  public void visitVariable(String name) {
    check(name);
  }

  @Override
  public boolean visitSection(String name) {
    return check(name);
  }

  @Override
  public boolean visitInvertedSection(String name) {
    return check(name);
  }

  @Override
  public boolean visitInclude(String name) {
    return refuse("other templates cannot be included: " + name);
  }

  @Override
  public boolean visitParent(String name) {
    return refuse("other templates cannot be extended: " + name);
  }

  @Override
  public boolean visitBlock(String name) {
    return true;
  }

  /** False where the names inside are those of the data. */
  private boolean check(String name) {
    if (POSITIONS.contains(name)) {
      return true;
    }
    for (String part : name.split("\\.", -1)) {
      if (MessageView.OPEN_MAPS.contains(part)) {
        return false;
      }
      if (!MessageView.NAMES.contains(part)) {
        return refuse("a message has no " + name);
      }
    }
    return true;
  }

  private boolean refuse(String why) {
    if (problem.isEmpty()) {
      problem = why;
    }
    return false;
  }
}
