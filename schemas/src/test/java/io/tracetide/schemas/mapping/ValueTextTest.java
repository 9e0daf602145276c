package io.tracetide.schemas.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ValueTextTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final ValueText text = new ValueText(1_000, key -> key.equals("password"));

  @Property(tries = 2_000)
  void shouldQuoteTextAsJsonDoes(@ForAll String value) throws JsonProcessingException {
    ValueText quoted = new ValueText(Integer.MAX_VALUE, key -> false);
    quoted.text(value);

    assertThat(quoted.toString()).isEqualTo(JSON.writeValueAsString(value));
    assertThat(JSON.readValue(quoted.toString(), String.class)).isEqualTo(value);
  }

  @Test
  void shouldNestArraysAndMaps() {
    text.open('{');
    text.key("items");
    text.open('[');
    text.literal("1");
    text.number(Double.NaN);
    text.number(0.5);
    text.close(']');
    text.key("none");
    text.literal("null");
    text.close('}');

    assertThat(text).hasToString("{\"items\":[1,\"NaN\",0.5],\"none\":null}");
  }

  @Test
  void shouldOmitValuesUnderSecretNames() {
    text.open('{');
    text.key("password");
    text.open('[');
    text.text("hunter2");
    text.open('{');
    text.key("a");
    text.text("b");
    text.close('}');
    text.close(']');
    text.key("user");
    text.text("ada");
    text.close('}');

    assertThat(text).hasToString("{\"password\":\"[secret]\",\"user\":\"ada\"}");
  }

  @Test
  void shouldReportWhenTheLimitIsReached() {
    text.text("x".repeat(1_000));

    assertThat(text.isFull()).isTrue();
  }
}
