package io.tracetide.alert.route;

import java.util.Map;
import java.util.SortedMap;
import java.util.stream.Collectors;

/** Keys of groups, in Alertmanager's form: {@code {}/{severity="page"}:{service="checkout"}}. */
public final class GroupKey {
  private static final String DEFAULT_TENANT = "default";

  /**
   * The key of a group. It begins with the tenant, unless that is {@code default}, so that groups
   * of different tenants have different keys.
   */
  public static String of(String tenant, String routeKey, SortedMap<String, String> labels) {
    String owner = tenant.equals(DEFAULT_TENANT) ? "" : tenant + "/";
    return owner + routeKey + ":" + text(labels);
  }

  /** Labels in Alertmanager's form: {@code {a="b", c="d"}}. */
  public static String text(SortedMap<String, String> labels) {
    return labels.entrySet().stream()
        .map(GroupKey::text)
        .collect(Collectors.joining(", ", "{", "}"));
  }

  private static String text(Map.Entry<String, String> label) {
    String value =
        label.getValue().replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    return label.getKey() + "=\"" + value + "\"";
  }

  private GroupKey() {}
}
