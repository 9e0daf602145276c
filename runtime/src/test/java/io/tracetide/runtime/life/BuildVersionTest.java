package io.tracetide.runtime.life;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class BuildVersionTest {

  private static String text(String file) throws Exception {
    Properties build = new Properties();
    build.load(new StringReader(file));
    return BuildVersion.text(build);
  }

  @Test
  void shouldNameTheReleaseAndTheCommitWhenThereIsOne() throws Exception {
    assertThat(text("version=0.1.0\ncommit=v0.1.0-4-g0123456789ab\n"))
        .isEqualTo("0.1.0 (v0.1.0-4-g0123456789ab)");
    assertThat(text("version=0.1.0\ncommit=\n")).isEqualTo("0.1.0");
    assertThat(text("")).isEqualTo("unknown");
  }

  /** The build writes the file before it runs this. */
  @Test
  void shouldReadTheVersionOfTheBuild() {
    assertThat(BuildVersion.class.getResource(BuildVersion.FILE)).isNotNull();
    assertThat(BuildVersion.text()).matches("\\d+\\.\\d+\\.\\d+(-SNAPSHOT)?( \\(\\S+\\))?");
  }
}
