package io.tracetide.processor.bytes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class BytePatternTest {

  @Property
  void shouldFindWhatIsThereAndNothingElse(
      @ForAll @CharRange(from = 'a', to = 'c') @StringLength(max = 40) String text,
      @ForAll @CharRange(from = 'a', to = 'c') @StringLength(min = 1, max = 5) String wanted) {
    byte[] bytes = ("cab" + text + "cab").getBytes(UTF_8);

    assertThat(new BytePattern(wanted.getBytes(UTF_8)).isIn(bytes, 3, text.length()))
        .isEqualTo(text.contains(wanted));
  }

  @Test
  void shouldRefuseToLookForNothing() {
    assertThatThrownBy(() -> new BytePattern(new byte[0]))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
