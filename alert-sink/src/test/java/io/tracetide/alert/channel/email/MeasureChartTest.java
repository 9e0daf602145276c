package io.tracetide.alert.channel.email;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.alert.message.MeasuredValue;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class MeasureChartTest {
  private static final MeasuredValue SLOW = new MeasuredValue("p95Ms", 840, OptionalDouble.of(420));

  @Test
  void shouldDrawBarsInProportion() throws Exception {
    BufferedImage image = read(MeasureChart.png(List.of(SLOW), true).orElseThrow());

    assertThat(pixels(image, 0xd14343)).isBetween(4_700L, 4_801L);
    assertThat(pixels(image, 0x9aa5b1)).isBetween(2_300L, 2_401L);
  }

  @Test
  void shouldDrawNothingWithoutMeasures() {
    assertThat(MeasureChart.png(List.of(), true)).isEmpty();
  }

  @Test
  void shouldDrawAnyValueInAnImageOfBoundedSize() throws Exception {
    MeasuredValue[] odd = {
      new MeasuredValue("zero", 0, OptionalDouble.of(0)),
      new MeasuredValue("negative", -5, OptionalDouble.empty()),
      new MeasuredValue("large", Double.MAX_VALUE, OptionalDouble.of(1)),
      new MeasuredValue("x\u202e<b>\n", 1, OptionalDouble.of(1e300)),
    };
    assertThat(MeasureChart.png(List.of(odd), false)).isPresent();

    byte[] png = MeasureChart.png(Collections.nCopies(100, SLOW), true).orElseThrow();
    assertThat(read(png).getHeight()).isLessThan(500);
    assertThat(png).hasSizeLessThan(64 << 10);
  }

  private static BufferedImage read(byte[] png) throws Exception {
    return ImageIO.read(new ByteArrayInputStream(png));
  }

  private static long pixels(BufferedImage image, int color) {
    long count = 0;
    for (int x = 0; x < image.getWidth(); x++) {
      for (int y = 0; y < image.getHeight(); y++) {
        count += (image.getRGB(x, y) & 0xffffff) == color ? 1 : 0;
      }
    }
    return count;
  }
}
