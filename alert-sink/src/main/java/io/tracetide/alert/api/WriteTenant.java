package io.tracetide.alert.api;

import io.tracetide.runtime.access.Tenants;
import java.util.Optional;

/** The tenant for which a caller writes. */
final class WriteTenant {
  private static final String DEFAULT = "default";
  private static final int MAX_LENGTH = 200;

  private WriteTenant() {}

  /**
   * The only tenant of the caller; of several, the parameter, or the tenant that the content names
   * if the caller may write it, or {@code default}.
   *
   * @param parameter value of the query parameter
   * @param named by the content
   */
  static String of(Tenants tenants, Optional<String> parameter, Optional<String> named) {
    if (parameter.isPresent()) {
      String wanted = parameter.get();
      if (wanted.length() > MAX_LENGTH) {
        throw Replies.badParameter(
            AlertParameters.TENANT, "a name of at most " + MAX_LENGTH + " characters");
      }
      if (!tenants.includes(wanted)) {
        throw Replies.forbidden("the token does not permit tenant " + wanted);
      }
      return wanted;
    }
    if (!tenants.isAll() && tenants.names().size() == 1) {
      return tenants.names().first();
    }
    String tenant =
        named
            .filter(name -> !name.isEmpty() && name.length() <= MAX_LENGTH)
            .filter(tenants::includes)
            .orElse(DEFAULT);
    if (!tenants.includes(tenant)) {
      throw Replies.forbidden(
          "the token permits several tenants, name one of them in the parameter tenant: "
              + String.join(", ", tenants.names()));
    }
    return tenant;
  }
}
