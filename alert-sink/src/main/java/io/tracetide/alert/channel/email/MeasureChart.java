package io.tracetide.alert.channel.email;

import io.tracetide.alert.channel.PlainText;
import io.tracetide.alert.message.MeasuredValue;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Draws a bar of the observed value and one of the expected value for each measure, as a PNG. Each
 * measure has its own scale, because their units differ: the longer of its bars has the full width.
 */
final class MeasureChart {
  /** Width of the image in pixels. */
  static final int WIDTH = 560;

  private static final Logger log = LoggerFactory.getLogger(MeasureChart.class);
  private static final int MAX_MEASURES = 8;
  private static final int MAX_NAME = 40;
  private static final int ROW = 56;
  private static final int BAR = 12;
  private static final int BAR_LENGTH = 400;
  private static final int MARGIN = 12;
  private static final Font FONT = new Font(Font.SANS_SERIF, Font.PLAIN, 12);
  private static final Color TEXT = new Color(0x1f2933);
  private static final Color FIRING = new Color(0xd14343);
  private static final Color RESOLVED = new Color(0x2f9e44);
  private static final Color EXPECTED = new Color(0x9aa5b1);

  static {
    // Nothing is ever shown on a display, and a server need not have one.
    if (System.getProperty("java.awt.headless") == null) {
      System.setProperty("java.awt.headless", "true");
    }
  }

  /** The image; empty without measures, and where Java has no fonts. */
  static Optional<byte[]> png(List<MeasuredValue> measures, boolean firing) {
    if (measures.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(draw(measures.stream().limit(MAX_MEASURES).toList(), firing));
    } catch (IOException | RuntimeException | LinkageError | InternalError e) {
      // A minimal installation has no fonts; Java reports that with any of these.
      log.warn("mail without a chart, it cannot be drawn cause={}", e.toString());
      return Optional.empty();
    }
  }

  private static byte[] draw(List<MeasuredValue> measures, boolean firing) throws IOException {
    int height = measures.size() * ROW + 2 * MARGIN;
    BufferedImage image = new BufferedImage(WIDTH, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    try {
      graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
      graphics.setRenderingHint(
          RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
      graphics.setFont(FONT);
      graphics.setColor(Color.WHITE);
      graphics.fillRect(0, 0, WIDTH, height);
      int y = MARGIN;
      for (MeasuredValue measure : measures) {
        row(graphics, measure, y, firing ? FIRING : RESOLVED);
        y += ROW;
      }
    } finally {
      graphics.dispose();
    }
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    // Without the cache in a file that ImageIO has by default.
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(png)) {
      ImageIO.write(image, "png", out);
    }
    return png.toByteArray();
  }

  private static void row(Graphics2D graphics, MeasuredValue measure, int y, Color color) {
    double observed = Math.abs(measure.observed());
    double expected = Math.abs(measure.expected().orElse(0));
    double most = Math.max(Math.max(observed, expected), Double.MIN_NORMAL);
    graphics.setColor(TEXT);
    graphics.drawString(PlainText.oneLine(measure.feature(), MAX_NAME), MARGIN, y + 12);
    bar(graphics, y + 18, observed / most, color, MeasuredValue.number(measure.observed()));
    measure
        .expected()
        .ifPresent(
            value ->
                bar(
                    graphics,
                    y + 18 + BAR + 3,
                    expected / most,
                    EXPECTED,
                    MeasuredValue.number(value) + " expected"));
  }

  private static void bar(Graphics2D graphics, int y, double part, Color color, String value) {
    int length = Math.max(1, (int) Math.round(part * BAR_LENGTH));
    graphics.setColor(color);
    graphics.fillRect(MARGIN, y, length, BAR);
    graphics.setColor(TEXT);
    graphics.drawString(PlainText.oneLine(value, MAX_NAME), MARGIN + length + 6, y + BAR - 1);
  }

  private MeasureChart() {}
}
