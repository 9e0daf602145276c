package io.tracetide.processor.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.schemas.topic.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The pictures of the data flow against {@code topology.golden}. */
class TopologyPictureTest {

  private static final Pattern NODE = Pattern.compile("(?:Source|Processor|Sink): (\\S+)");

  /** Nodes that Streams adds around an internal topic; a picture has the topic. */
  private static final Pattern AROUND_TOPIC =
      Pattern.compile("-repartition-(?:filter|sink|source)$");

  private static final Pattern NAME = Pattern.compile("[a-z]+(?:-[a-z]+)*");
  private static final Pattern CODE_BLOCK = Pattern.compile("```\\n(.*?)```", Pattern.DOTALL);
  private static final Pattern JAVADOC_BLOCK =
      Pattern.compile("<pre>\\n(.*?) \\* </pre>", Pattern.DOTALL);

  @Test
  void shouldDrawEveryNodeAndNothingElseInTheReadme() throws IOException {
    assertThat(names(NAME, readmePicture())).isEqualTo(nodes());
  }

  @Test
  void shouldHaveTheSamePictureInTheReadmeAndTheJavadoc() throws IOException {
    String source = read("src/main/java/io/tracetide/processor/topology/TraceTopology.java");

    assertThat(first(JAVADOC_BLOCK, source).replaceAll("(?m)^ \\* ?", ""))
        .isEqualTo(readmePicture());
  }

  @Test
  void shouldNameOnlyNodesAndTopicsInTheOverviewOfTheRootReadme() throws IOException {
    Pattern hyphenated = Pattern.compile("[a-z]+(?:-[a-z]+)+");
    Set<String> known = nodes();
    known.add(Topics.TRACE_BATCHES);

    assertThat(known).containsAll(names(hyphenated, first(CODE_BLOCK, read("../README.md"))));
  }

  private static String readmePicture() throws IOException {
    return first(CODE_BLOCK, read("README.md"));
  }

  private static Set<String> nodes() throws IOException {
    return NODE.matcher(read("src/test/resources/topology.golden"))
        .results()
        .map(node -> AROUND_TOPIC.matcher(node.group(1)).replaceFirst(""))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> names(Pattern pattern, String text) {
    return pattern
        .matcher(text)
        .results()
        .map(MatchResult::group)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String first(Pattern block, String text) {
    return block.matcher(text).results().findFirst().orElseThrow().group(1);
  }

  private static String read(String path) throws IOException {
    return Files.readString(Path.of(path));
  }
}
