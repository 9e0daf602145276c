package io.tracetide.standalone.evaluate.plot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracetide.runtime.life.EnvironmentException;
import io.tracetide.standalone.evaluate.ExpectedBands;
import io.tracetide.standalone.evaluate.plot.Marks.Mark;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class SeriesPlotTest {
  private static final long FIRST = 1_000;

  @TempDir Path directory;

  @Test
  void shouldDrawWindowsBandEpisodesAndFaults() throws Exception {
    Document svg = svg(2_000, "shop");

    assertThat(shapes(svg, "path", "observed")).hasSize(2);
    assertThat(shapes(svg, "path", "band")).hasSize(2);
    assertThat(shapes(svg, "path", "expected")).hasSize(2);
    // One is in the legend.
    List<Element> episodes = shapes(svg, "rect", "episode");
    assertThat(episodes).hasSize(2);
    Element episode = episodes.get(1);
    assertThat(episode.getTextContent()).isEqualTo("episode of latency");
    double width = Double.parseDouble(episode.getAttribute("width"));
    double left = Double.parseDouble(episode.getAttribute("x"));
    // 100 of 2000 windows, from the middle on, of 872 pixels from 72 on.
    assertThat(width).isBetween(43.0, 44.0);
    assertThat(left).isBetween(507.0, 509.0);
    assertThat(shapes(svg, "rect", "fault")).as("legend, and one in each panel").hasSize(3);
  }

  @Test
  void shouldBeCompleteInItselfAndFollowTheTheme() throws Exception {
    String text = text(50, "shop");

    assertThat(text).contains("prefers-color-scheme: dark").doesNotContain("href", "url(http");
    assertThat(text.length()).as("bounded by the columns, not the windows").isLessThan(100_000);
    assertThat(text(100_000, "shop").length()).isLessThan(200_000);
  }

  @Test
  void shouldShowNamesAsTheyAre() throws Exception {
    Document svg = svg(50, "a<b>&\"c\"\u0001\uD800");

    assertThat(svg.getDocumentElement().getElementsByTagName("title").item(0).getTextContent())
        .isEqualTo("a<b>&\"c\"??");
  }

  @Test
  void shouldLabelTimes() {
    TimeAxis week = new TimeAxis(8_640 * 20_000L, 7 * 8_640L, true);
    assertThat(week.ticks()).hasSizeBetween(3, 8);
    assertThat(week.ticks().get(0).label()).isEqualTo("10-04 00:00");
    assertThat(new TimeAxis(-5, 12, false).ticks())
        .extracting(TimeAxis.Tick::window)
        .containsExactly(-4L, -2L, 0L, 2L, 4L, 6L);
  }

  @Test
  void shouldNotMixPlotsWithOtherFiles() throws Exception {
    Files.createFile(directory.resolve("x"));

    assertThatThrownBy(() -> PlotDirectory.open(directory))
        .isInstanceOf(EnvironmentException.class)
        .hasMessageContaining("is not empty: name a new one");
    assertThatThrownBy(() -> PlotDirectory.open(directory.resolve("x")))
        .isInstanceOf(EnvironmentException.class)
        .hasMessageContaining("cannot be created");
  }

  private static List<Element> shapes(Document svg, String tag, String kind) {
    NodeList all = svg.getElementsByTagName(tag);
    List<Element> found = new ArrayList<>();
    for (int i = 0; i < all.getLength(); i++) {
      Element one = (Element) all.item(i);
      if (one.getAttribute("class").equals(kind) && !one.getAttribute("d").endsWith("h18")) {
        found.add(one);
      }
    }
    if (kind.equals("band")) {
      found.removeIf(one -> tag.equals("rect"));
    }
    return found;
  }

  private static Document svg(int windows, String title) throws Exception {
    byte[] bytes = text(windows, title).getBytes(UTF_8);
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(bytes));
  }

  private static String text(int windows, String title) {
    double[] observed = new double[windows];
    float[] expected = new float[windows];
    for (int i = 0; i < windows; i++) {
      observed[i] = 100 + 10 * Math.sin(i);
      expected[i] = 100;
    }
    float[] lower = expected.clone();
    float[] upper = expected.clone();
    Arrays.fill(lower, 80);
    Arrays.fill(upper, 120);
    ExpectedBands.Track band = new ExpectedBands.Track(FIRST, lower, expected, upper);
    Mark episode =
        new Mark(
            FIRST + windows / 2,
            FIRST + windows / 2 + windows / 20 - 1,
            "latency",
            "episode of latency");
    Mark fault = new Mark(FIRST + 1, FIRST + 2, "", "known fault");
    return new SeriesPlot(
            title,
            new TimeAxis(FIRST, windows, false),
            List.of(
                new Panel("latency", "latency, ms", true, FIRST, observed, band),
                new Panel("errors", "share", false, FIRST, observed, band)),
            new Marks(List.of(episode), List.of(fault)))
        .svg();
  }
}
