package io.tracetide.schemas.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every version of a schema that was ever published is kept under {@code
 * golden/<Record>/v<N>.avsc}, and the current one must read them all; where services write, they
 * must read the current one as well. What a registry checks when a schema is registered is checked
 * here before it is merged.
 */
class GoldenSchemasTest {

  private static final Path GOLDEN = Path.of("src", "test", "resources", "golden");

  static Stream<Schema> schemas() {
    return SubjectCatalog.all().values().stream().distinct();
  }

  @ParameterizedTest
  @MethodSource("schemas")
  void shouldReadRecordsOfEveryVersionEverPublished(Schema current) {
    versions(current)
        .forEach(
            (version, golden) ->
                assertThat(whatIsLost(current, golden))
                    .as(
                        "%s of today cannot read v%d; give new fields a default, keep old ones'"
                            + " types",
                        current.getName(), version)
                    .isEmpty());
  }

  @Test
  void shouldBeReadByEveryVersionEverPublishedWhereServicesWrite() {
    for (String topic : List.of(Topics.TRACES, Topics.TRACE_BATCHES, Topics.METRICS)) {
      String subject = SubjectCatalog.valueSubject(topic);
      assertThat(SubjectCatalog.compatibility(subject)).isEqualTo("FULL_TRANSITIVE");
      Schema current = SubjectCatalog.all().get(subject);
      assertThat(versions(current)).isNotEmpty();
      versions(current)
          .forEach(
              (version, golden) ->
                  assertThat(whatIsLost(golden, current))
                      .as(
                          "v%d of %s cannot read today's; keep the fields that have no default",
                          version, current.getName())
                      .isEmpty());
    }
  }

  @ParameterizedTest
  @MethodSource("schemas")
  void shouldHaveTheCurrentSchemaAsItsNewestGoldenVersion(Schema current) throws IOException {
    TreeMap<Integer, Schema> versions = versions(current);
    int newest = versions.isEmpty() ? 0 : versions.lastKey();
    Path published = golden(current, newest);
    if (newest > 0 && Files.readString(published).strip().equals(current.toString(true))) {
      return;
    }
    // Avro's equality leaves docs out: with them alone changed it is the same version.
    boolean docsOnly = newest > 0 && versions.get(newest).equals(current);
    Path wanted = docsOnly ? published : golden(current, newest + 1);
    Path written = Path.of("target", "golden", current.getName(), wanted.getFileName().toString());
    Files.createDirectories(written.getParent());
    Files.writeString(written, current.toString(true) + "\n");

    fail(
        "%s has changed%s since v%d was published. If that is meant:%n  mkdir -p schemas/%s && cp"
            + " schemas/%s schemas/%s",
        current.getName(),
        docsOnly ? " in its docs" : "",
        newest,
        wanted.getParent(),
        written,
        wanted);
  }

  @Test
  void shouldHaveNoGoldenFilesOfRemovedRecords() throws IOException {
    List<String> names = schemas().map(Schema::getName).toList();
    try (Stream<Path> directories = Files.list(GOLDEN)) {
      assertThat(directories.map(directory -> directory.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(names);
    }
  }

  private static List<String> whatIsLost(Schema reader, Schema writer) {
    SchemaCompatibilityResult result =
        SchemaCompatibility.checkReaderWriterCompatibility(reader, writer).getResult();
    return result.getIncompatibilities().stream()
        .map(lost -> lost.getLocation() + ": " + lost.getMessage())
        .toList();
  }

  private static Path golden(Schema schema, int version) {
    return GOLDEN.resolve(schema.getName()).resolve("v" + version + ".avsc");
  }

  private static TreeMap<Integer, Schema> versions(Schema current) {
    Path directory = GOLDEN.resolve(current.getName());
    if (!Files.isDirectory(directory)) {
      return new TreeMap<>();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .sorted(Comparator.naturalOrder())
          .collect(
              Collectors.toMap(
                  GoldenSchemasTest::version, GoldenSchemasTest::parse, (a, b) -> a, TreeMap::new));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int version(Path file) {
    return Integer.parseInt(file.getFileName().toString().replaceAll("^v(\\d+)\\.avsc$", "$1"));
  }

  private static Schema parse(Path file) {
    try {
      return new Schema.Parser().parse(file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
