package io.tracetide.standalone.evaluate.plot;

import io.tracetide.standalone.evaluate.plot.Panel.Axis;
import java.util.List;
import java.util.Locale;

/**
 * A picture of one series in SVG: a panel for each measure with the observed values, the expected
 * band, the episodes and the known faults. It needs no other file, and follows the light or dark
 * theme of its viewer.
 *
 * <p>With more windows than columns, a column shows the range of its windows.
 *
 * @param title name of the series
 * @param axis horizontal axis of all panels
 * @param panels from top to bottom
 */
record SeriesPlot(String title, TimeAxis axis, List<Panel> panels, Marks marks) {
  private static final int WIDTH = 960;
  private static final int LEFT = 72;
  private static final int COLUMNS = WIDTH - LEFT - 16;
  private static final int TOP = 58;
  private static final int HEIGHT = 130;
  private static final int STEP = HEIGHT + 34;
  private static final double LEAST_WIDTH = 2;

  private static final String STYLE =
      """
      <style>
      svg{--back:#ffffff;--ink:#1f2328;--faint:#d0d7de;--band:#54aeff;--line:#0550ae;--episode:#cf222e;--fault:#9a6700}
      @media (prefers-color-scheme: dark){svg{--back:#0d1117;--ink:#e6edf3;--faint:#3d444d;--band:#388bfd;--line:#79c0ff;--episode:#ff7b72;--fault:#e3b341}}
      text{fill:var(--ink);font:12px sans-serif}
      .title{font-size:15px;font-weight:bold}
      .back{fill:var(--back)}
      .frame{fill:none;stroke:var(--faint)}
      .band{fill:var(--band);fill-opacity:.25}
      .expected{fill:none;stroke:var(--band);stroke-dasharray:4 3}
      .observed{fill:none;stroke:var(--line);stroke-width:1.2}
      .episode{fill:var(--episode);fill-opacity:.22;stroke:var(--episode)}
      .fault{fill:url(#hatched);stroke:var(--fault)}
      .stroke{stroke:var(--fault);stroke-width:2}
      </style>
      <defs><pattern id="hatched" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><line class="stroke" x1="0" y1="0" x2="0" y2="6"/></pattern></defs>
      """;

  SeriesPlot {
    panels = List.copyOf(panels);
  }

  /** The picture. */
  String svg() {
    int height = TOP + STEP * panels.size() + 12;
    StringBuilder svg = new StringBuilder();
    add(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\""
            + " role=\"img\">\n",
        WIDTH,
        height,
        WIDTH,
        height);
    add(svg, "<title>%s</title>\n", escape(title));
    svg.append(STYLE);
    add(svg, "<rect class=\"back\" width=\"%d\" height=\"%d\"/>\n", WIDTH, height);
    add(svg, "<text class=\"title\" x=\"%d\" y=\"22\">%s</text>\n", LEFT, escape(title));
    legend(svg);
    for (int i = 0; i < panels.size(); i++) {
      panel(svg, panels.get(i), TOP + STEP * i + 14);
    }
    return svg.append("</svg>\n").toString();
  }

  private static void legend(StringBuilder svg) {
    String[] shapes = {"observed", "band", "expected", "episode", "fault"};
    String[] names = {"observed", "expected range", "expected", "episode", "known fault"};
    for (int i = 0; i < shapes.length; i++) {
      int x = LEFT + 150 * i;
      if (shapes[i].equals("observed") || shapes[i].equals("expected")) {
        add(svg, "<path class=\"%s\" d=\"M%d 40h18\"/>", shapes[i], x);
      } else {
        add(svg, "<rect class=\"%s\" x=\"%d\" y=\"34\" width=\"18\" height=\"11\"/>", shapes[i], x);
      }
      add(svg, "<text x=\"%d\" y=\"44\">%s</text>\n", x + 24, names[i]);
    }
  }

  private void panel(StringBuilder svg, Panel panel, int top) {
    Axis values = panel.axis();
    add(
        svg,
        "<g class=\"panel\"><text x=\"%d\" y=\"%d\">%s</text>\n",
        LEFT,
        top - 4,
        panel.title());
    for (Marks.Mark fault : marks.faults()) {
      mark(svg, "fault", fault, top);
    }
    band(svg, panel, values, top);
    line(svg, "expected", panel.byWindow(panel.band().expected()), values, top);
    line(svg, "observed", panel.observed(), values, top);
    for (Marks.Mark episode : marks.episodes()) {
      if (episode.channel().equals(panel.channel())) {
        mark(svg, "episode", episode, top);
      }
    }
    add(
        svg,
        "<rect class=\"frame\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/>\n",
        LEFT,
        top,
        COLUMNS,
        HEIGHT);
    for (double value : new double[] {values.low(), values.middle(), values.high()}) {
      add(
          svg,
          "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>\n",
          LEFT - 6,
          y(value, values, top) + 4,
          number(value));
    }
    for (TimeAxis.Tick tick : axis.ticks()) {
      double x = x(tick.window());
      add(svg, "<path class=\"frame\" d=\"M%.1f %dv4\"/>", x, top + HEIGHT);
      add(
          svg,
          "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>\n",
          x,
          top + HEIGHT + 16,
          tick.label());
    }
    svg.append("</g>\n");
  }

  private void mark(StringBuilder svg, String kind, Marks.Mark mark, int top) {
    double from = x(Math.max(mark.first(), axis.first()));
    double to = x(Math.min(mark.last() + 1, axis.first() + axis.windows()));
    add(
        svg,
        "<rect class=\"%s\" x=\"%.1f\" y=\"%d\" width=\"%.1f\""
            + " height=\"%d\"><title>%s</title></rect>\n",
        kind,
        from,
        kind.equals("fault") ? top + HEIGHT - 12 : top,
        Math.max(LEAST_WIDTH, to - from),
        kind.equals("fault") ? 12 : HEIGHT,
        escape(mark.text()));
  }

  /** A shape for each stretch of windows with a known band. */
  private void band(StringBuilder svg, Panel panel, Axis values, int top) {
    double[] lower = panel.byWindow(panel.band().lower());
    double[] upper = panel.byWindow(panel.band().upper());
    StringBuilder above = new StringBuilder();
    StringBuilder below = new StringBuilder();
    int columns = columns();
    for (int column = 0; column <= columns; column++) {
      double low =
          column == columns ? Double.NaN : Panel.range(lower, from(column), from(column + 1))[0];
      double high =
          column == columns ? Double.NaN : Panel.range(upper, from(column), from(column + 1))[1];
      if (Double.isNaN(low) || Double.isNaN(high)) {
        if (!above.isEmpty()) {
          add(svg, "<path class=\"band\" d=\"M%sZ\"/>\n", above.substring(1) + below);
          above.setLength(0);
          below.setLength(0);
        }
      } else {
        double x = columnX(column);
        above.append(format("L%.1f %.1f", x, y(high, values, top)));
        below.insert(0, format("L%.1f %.1f", x, y(low, values, top)));
      }
    }
  }

  /** A line with gaps where there are no values. */
  private void line(StringBuilder svg, String kind, double[] byWindow, Axis values, int top) {
    StringBuilder path = new StringBuilder();
    char next = 'M';
    for (int column = 0; column < columns(); column++) {
      double[] range = Panel.range(byWindow, from(column), from(column + 1));
      if (Double.isNaN(range[0]) || (values.logarithmic() && range[1] <= 0)) {
        next = 'M';
        continue;
      }
      double x = columnX(column);
      path.append(format("%c%.1f %.1f", next, x, y(range[0], values, top)));
      path.append(
          range[1] > range[0] || next == 'M' ? format("V%.1f", y(range[1], values, top)) : "");
      next = 'L';
    }
    if (!path.isEmpty()) {
      add(svg, "<path class=\"%s\" d=\"%s\"/>\n", kind, path);
    }
  }

  private int columns() {
    return (int) Math.min(axis.windows(), COLUMNS);
  }

  /** First window of a column, counted from the first of the axis. */
  private int from(int column) {
    return (int) (axis.windows() * column / columns());
  }

  private double columnX(int column) {
    return LEFT + (column + 0.5) * COLUMNS / columns();
  }

  private double x(long window) {
    return LEFT + (double) (window - axis.first()) * COLUMNS / axis.windows();
  }

  private static double y(double value, Axis values, int top) {
    return top + HEIGHT * (1 - values.share(value));
  }

  /** Three significant digits. */
  private static String number(double value) {
    if (value == 0) {
      return "0";
    }
    int digits = 2 - (int) Math.floor(Math.log10(Math.abs(value)));
    return format("%." + Math.max(0, Math.min(6, digits)) + "f", value);
  }

  private static void add(StringBuilder svg, String pattern, Object... values) {
    svg.append(format(pattern, values));
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }

  /** Names come from outside: characters that XML does not allow become a question mark. */
  static String escape(String text) {
    StringBuilder escaped = new StringBuilder();
    text.codePoints()
        .map(c -> c < ' ' || (c >= 0xD800 && c <= 0xDFFF) || c == 0xFFFE || c == 0xFFFF ? '?' : c)
        .forEach(
            c -> {
              switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                default -> escaped.appendCodePoint(c);
              }
            });
    return escaped.toString();
  }
}
