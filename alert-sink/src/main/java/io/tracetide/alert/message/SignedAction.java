package io.tracetide.alert.message;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What the bearer of a link of a message may do, once {@link ActionSigner} has verified it.
 *
 * @param purpose the only action that is permitted
 * @param tenant tenant of the alerts
 * @param labels labels of the group; empty if the subject is a list of fingerprints
 * @param fingerprints the alerts; empty if the subject is a group
 * @param expiresAt end of the link's validity, in whole seconds
 */
public record SignedAction(
    Purpose purpose,
    String tenant,
    Map<String, String> labels,
    List<String> fingerprints,
    Instant expiresAt) {
  /** Name of the query parameter that has the token. */
  public static final String PARAMETER = "token";

  static final int MAX_LABELS = 32;
  static final int MAX_FINGERPRINTS = 20;

  /** An action. */
  public enum Purpose {
    SILENCE("/actions/silence"),
    ACKNOWLEDGE("/actions/acknowledge");

    private final String path;

    Purpose(String path) {
      this.path = path;
    }

    /** Path of its page below the external URL. */
    public String path() {
      return path;
    }
  }

  public SignedAction {
    labels = Map.copyOf(labels);
    fingerprints = List.copyOf(fingerprints);
    if (labels.isEmpty() == fingerprints.isEmpty()) {
      throw new IllegalArgumentException("either labels or fingerprints");
    }
    if (labels.size() > MAX_LABELS || fingerprints.size() > MAX_FINGERPRINTS) {
      throw new IllegalArgumentException("too many labels or fingerprints");
    }
    expiresAt = Instant.ofEpochSecond(expiresAt.getEpochSecond());
  }
}
