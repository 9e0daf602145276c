package io.tracetide.benchmarks.report;

import java.util.List;
import java.util.Locale;

/**
 * Horizontal bars as an SVG picture, one for each value, in the given order and with one scale.
 *
 * @param title what is drawn, with its unit
 * @param bars what is drawn
 */
public record BarChart(String title, List<Bar> bars) {

  private static final int WIDTH = 760;
  private static final int LABELS = 190;
  private static final int FIGURES = 80;
  private static final int ROW = 28;
  private static final int BAR = 18;
  private static final int TOP = 40;

  /**
   * One bar.
   *
   * @param strong whether it is drawn to stand out
   */
  public record Bar(String label, double value, boolean strong) {}

  public BarChart {
    bars = List.copyOf(bars);
  }

  /** The picture. */
  public String svg() {
    int height = TOP + ROW * bars.size() + 12;
    double longest = bars.stream().mapToDouble(Bar::value).filter(Double::isFinite).max().orElse(1);
    StringBuilder svg = new StringBuilder();
    svg.append(
        format(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\""
                + " viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"13\">%n",
            WIDTH, height, WIDTH, height));
    svg.append(format("<rect width=\"%d\" height=\"%d\" fill=\"#ffffff\"/>%n", WIDTH, height));
    svg.append(
        format(
            "<text x=\"12\" y=\"24\" font-size=\"15\" fill=\"#222222\">%s</text>%n",
            escape(title)));
    for (int i = 0; i < bars.size(); i++) {
      append(svg, bars.get(i), TOP + i * ROW, longest);
    }
    return svg.append("</svg>\n").toString();
  }

  private static void append(StringBuilder svg, Bar bar, int y, double longest) {
    double value = Double.isFinite(bar.value()) ? Math.max(0, bar.value()) : 0;
    double width = longest > 0 ? value / longest * (WIDTH - LABELS - FIGURES) : 0;
    int baseline = y + BAR - 4;
    svg.append(
        format(
            "<text x=\"%d\" y=\"%d\" text-anchor=\"end\" fill=\"#222222\">%s</text>%n",
            LABELS - 8, baseline, escape(bar.label())));
    svg.append(
        format(
            "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>%n",
            LABELS, y, width, BAR, bar.strong() ? "#1f6feb" : "#9aa7b4"));
    svg.append(
        format(
            "<text x=\"%.1f\" y=\"%d\" fill=\"#222222\">%s</text>%n",
            LABELS + width + 6, baseline, Figures.shortly(bar.value())));
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern.replace("%n", "\n"), values);
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
