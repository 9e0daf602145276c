package io.tracetide.alert.channel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebLinkTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "https://a.example/x?b=1&c=2#d https://a.example/x?b=1&c=2#d",
        "http://a.example:8080 http://a.example:8080",
        "https://a.example/%20x https://a.example/%20x",
        "https://a.example/x|y>z https://a.example/x%7Cy%3Ez",
        "https://a.example/(x)[y] https://a.example/%28x%29%5By%5D",
        "https://a.example/\"onclick https://a.example/%22onclick",
        "https://a.example/ä https://a.example/%C3%A4",
      })
  void shouldEncodeWhatDelimitsLinks(String url, String link) {
    assertThat(WebLink.of(url)).hasValue(link);
  }

  @Test
  void shouldEncodeControls() {
    assertThat(WebLink.of("https://a.example/\r\nX: y")).hasValue("https://a.example/%0D%0AX:%20y");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "javascript:alert(1)",
        "data:text/html,x",
        "//a.example/",
        "/x",
        "a.example",
        "https://",
        "https://good.example@evil.example/",
        "https://a b.example/",
        "file:///etc/passwd",
      })
  void shouldRefuseOtherAddresses(String url) {
    assertThat(WebLink.of(url)).isEmpty();
  }
}
