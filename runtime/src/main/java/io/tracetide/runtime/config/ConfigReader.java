package io.tracetide.runtime.config;

import io.tracetide.runtime.file.RegularFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;

/**
 * Reads one YAML file over a record that holds all defaults, and reports every problem at once.
 *
 * <p>Keys are the components' names, or as {@link WrittenAs} says. A component is a nested record,
 * a {@code List}, {@code Set}, {@code Optional} or {@code Map<String, ...>} of any of these, a
 * {@code String}, number, {@code boolean}, {@code Duration}, enum, {@code Path}, {@code URI} or
 * {@link Secret}. Items of a list that are records start from their own {@code static defaults()},
 * or must give every key. Texts may refer to {@code ${env:NAME}} and {@code ${file:/path}}. A
 * record may contain lists of itself, up to the depth of YAML that is read.
 *
 * <p>A one-of section has one of several kinds, each a record: a key of the section names the kind
 * ({@link KindKey}), or the key of the section does ({@link OneOf}).
 *
 * <p>Tags that name classes and aliases of sections are refused.
 */
public final class ConfigReader {
  private static final int SIZE_LIMIT = 1024 * 1024;
  private static final int DEPTH_LIMIT = 32;

  private ConfigReader() {}

  /**
   * Reads a file.
   *
   * @param env what {@code ${env:NAME}} refers to
   */
  public static <R extends Record> R read(Path file, R defaults, Map<String, String> env)
      throws ConfigException {
    return parse(file.toString(), text(file), defaults, env);
  }

  /** Reads YAML that is already in memory. */
  public static <R extends Record> R parse(String yaml, R defaults, Map<String, String> env)
      throws ConfigException {
    return parse("configuration", yaml, defaults, env);
  }

  /** Every key that a file for these defaults may hold, in order of declaration. */
  public static <R extends Record> List<ConfigKey> keys(R defaults) {
    return new KeyListing().of(defaults);
  }

  private static <R extends Record> R parse(
      String source, String yaml, R defaults, Map<String, String> env) {
    Node root = tree(source, yaml);
    if (root == null) {
      return defaults;
    }
    Overlay overlay = new Overlay(env);
    Object read = overlay.value(root, defaults.getClass(), defaults, "");
    if (read == null || !overlay.problems().isEmpty()) {
      throw new ConfigException(source, overlay.problems());
    }
    @SuppressWarnings("unchecked") // created by the constructor of the defaults' class
    R config = (R) read;
    return config;
  }

  /** Null for a file without content. */
  private static @Nullable Node tree(String source, String yaml) {
    LoaderOptions limits = new LoaderOptions();
    limits.setCodePointLimit(SIZE_LIMIT);
    limits.setNestingDepthLimit(DEPTH_LIMIT);
    limits.setMaxAliasesForCollections(0);
    try {
      return new Yaml(limits).compose(new StringReader(yaml));
    } catch (MarkedYAMLException e) {
      throw refused(source, place(e.getProblemMark()), "valid YAML: " + e.getProblem());
    } catch (YAMLException e) {
      throw refused(source, "", "valid YAML: " + firstLine(e));
    }
  }

  private static String text(Path file) {
    try {
      RegularFiles.check(file);
      try (InputStream in = Files.newInputStream(file)) {
        byte[] bytes = in.readNBytes(SIZE_LIMIT + 1);
        if (bytes.length > SIZE_LIMIT) {
          throw refused(file.toString(), "", "a file of at most " + SIZE_LIMIT + " bytes");
        }
        return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      }
    } catch (RegularFiles.NotRegularException e) {
      throw refused(file.toString(), "", RegularFiles.EXPECTED);
    } catch (CharacterCodingException e) {
      throw refused(file.toString(), "", "UTF-8 text");
    } catch (IOException e) {
      throw refused(file.toString(), "", "a file that exists and can be read");
    }
  }

  private static ConfigException refused(String source, String path, String expected) {
    return new ConfigException(source, List.of(new ConfigProblem(path, "", expected)));
  }

  private static String place(@Nullable Mark mark) {
    return mark == null
        ? ""
        : "line " + (mark.getLine() + 1) + ", column " + (mark.getColumn() + 1);
  }

  private static String firstLine(YAMLException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }
}
