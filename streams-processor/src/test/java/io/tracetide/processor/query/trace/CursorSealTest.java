package io.tracetide.processor.query.trace;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracetide.runtime.config.Secret;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class CursorSealTest {
  private static final byte[] PLAIN = "acme trace".getBytes(UTF_8);

  @Test
  void shouldOpenACursorSealedByAnotherInstanceOfTheGroup() {
    byte[] sealed = CursorSeal.of(Secret.of("shared")).close(PLAIN);

    assertThat(CursorSeal.of(Secret.of("shared")).open(sealed)).isEqualTo(PLAIN);
    assertThat(sealed).isNotEqualTo(CursorSeal.of(Secret.of("shared")).close(PLAIN));
    assertThat(new String(sealed, UTF_8)).doesNotContain("acme");
  }

  @Test
  void shouldOpenNothingElse() {
    CursorSeal seal = CursorSeal.of(Secret.NONE);
    byte[] sealed = seal.close(PLAIN);

    assertThat(seal.open(sealed)).isEqualTo(PLAIN);
    assertThatThrownBy(() -> CursorSeal.of(Secret.NONE).open(sealed))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> seal.open(new byte[3])).isInstanceOf(IllegalArgumentException.class);
    for (int length = 0; length < sealed.length; length++) {
      byte[] cut = Arrays.copyOf(sealed, length);
      assertThatThrownBy(() -> seal.open(cut))
          .as("%d bytes", length)
          .isInstanceOf(IllegalArgumentException.class);
    }
    for (int i = 0; i < sealed.length; i++) {
      byte[] changed = sealed.clone();
      changed[i] ^= 1;
      assertThatThrownBy(() -> seal.open(changed)).isInstanceOf(IllegalArgumentException.class);
    }
  }
}
