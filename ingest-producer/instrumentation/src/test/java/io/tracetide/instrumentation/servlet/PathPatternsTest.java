package io.tracetide.instrumentation.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathPatternsTest {

  @ParameterizedTest
  @CsvSource({
    "/health,   /health,        true",
    "/health,   /healthy,       false",
    "/health,   /health/deep,   false",
    "/assets/*, /assets,        true",
    "/assets/*, /assets/a/b.js, true",
    "/assets/*, /assetsx,       false",
    "*.css,     /a/b.css,       true",
    "*.css,     /a/b.csss,      false",
    "/*,        /anything,      true",
  })
  void shouldMatchAsServletMappingsDo(String pattern, String path, boolean matches) {
    assertThat(new PathPatterns(List.of("/never", pattern)).match(path)).isEqualTo(matches);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "health", "*", "*.", "/a*", "/*/b", "*.a*", "*.a/b"})
  void shouldRejectInvalidPatterns(String pattern) {
    assertThat(PathPatterns.isPattern(pattern)).isFalse();
  }
}
