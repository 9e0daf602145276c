package io.tracetide.runtime.access;

import io.tracetide.runtime.config.ConfigException;
import io.tracetide.runtime.config.ConfigReader;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tokens of a file, which may change at any time. A file that cannot be used leaves the tokens
 * that were read last in force.
 */
public final class Tokens {
  private static final Logger log = LoggerFactory.getLogger(Tokens.class);

  /** The outcome of reading the file again. */
  public enum Reload {
    UNCHANGED,
    CHANGED,
    FAILED
  }

  private final Path path;
  private volatile TokensFile file;
  private volatile TokenTable table;
  private String complaint = "";

  private Tokens(Path path, TokensFile file) {
    this.path = path;
    this.file = file;
    this.table = new TokenTable(file);
  }

  /**
   * Reads the file.
   *
   * @throws ConfigException when it cannot be used
   */
  public static Tokens read(Path path) {
    return new Tokens(path, parse(path));
  }

  private static TokensFile parse(Path path) {
    return ConfigReader.read(path, TokensFile.EMPTY, Map.of());
  }

  /** Reads the file again, and logs a change. */
  public synchronized Reload reload() {
    TokensFile now;
    try {
      now = parse(path);
    } catch (ConfigException e) {
      String text = String.valueOf(e.getMessage());
      if (!text.equals(complaint)) {
        complaint = text;
        log.error("tokens not reloaded, the previous ones stay valid cause=\"{}\"", text);
        return Reload.FAILED;
      }
      return Reload.UNCHANGED;
    }
    complaint = "";
    if (now.equals(file)) {
      return Reload.UNCHANGED;
    }
    file = now;
    table = new TokenTable(now);
    log.info("tokens reloaded file={} tokens={}", path, now.tokens().size());
    return Reload.CHANGED;
  }

  /** The number of tokens. */
  public int size() {
    return table.size();
  }

  /** Checks a token as sent. */
  public AccessDecision check(String text, Instant now) {
    return table.check(text, now);
  }

  AccessDecision check(TokenName name, byte[] sha256, Instant now) {
    return table.check(name, sha256, now);
  }
}
