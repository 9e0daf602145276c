package io.tracetide.gateway.format.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.LongNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WholeNumberTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-0, 0",
    "0e9999, 0",
    "1000.0, 1000",
    "1e3, 1000",
    "1E+3, 1000",
    "1.795890284596e+15, 1795890284596000",
    "1.7958902795961354e+18, 1795890279596135400",
    "9223372036854775807, 9223372036854775807",
    "50000.0000000, 50000",
    "120e-1, 12",
    "+7, 7"
  })
  void shouldReadEveryFormOfAWholeNumber(String text, long number) {
    assertThat(WholeNumber.unsigned(text)).isEqualTo(number);
    assertThat(WholeNumber.signed(text)).isEqualTo(number);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " 1",
        "1 ",
        "x",
        "1.5",
        "1e-1",
        "0x10",
        "1e400",
        "1e999999999",
        "1e-999999999",
        "1e2147483647",
        "NaN",
        "Infinity",
        "1_000",
        "--1",
        "1e",
        "18446744073709551616",
        "2026-03-01T12:00:00Z",
        "\u0663"
      })
  void shouldTakeNothingElseForOne(String text) {
    assertThat(WholeNumber.unsigned(text)).isNull();
    assertThat(WholeNumber.signed(text)).isNull();
  }

  @Test
  void shouldDistinguishUnsignedFromSigned() {
    assertThat(WholeNumber.unsigned("18446744073709551615")).isEqualTo(-1);
    assertThat(WholeNumber.signed("18446744073709551615")).isNull();
    assertThat(WholeNumber.unsigned("-5")).isNull();
    assertThat(WholeNumber.signed("-5")).isEqualTo(-5);
    assertThat(WholeNumber.unsigned(LongNode.valueOf(-5))).isNull();
    assertThat(WholeNumber.signed(DoubleNode.valueOf(1e3))).isEqualTo(1_000);
    assertThat(WholeNumber.signed(DoubleNode.valueOf(0.5))).isNull();
  }

  @Property(tries = 500)
  void shouldReadWhatItWrites(@ForAll long number, @ForAll @IntRange(min = 0, max = 30) int scale) {
    BigInteger unsigned = new BigInteger(Long.toUnsignedString(number));
    String decimal = new BigDecimal(unsigned).setScale(scale).toPlainString();
    String exponent = new BigDecimal(unsigned).movePointLeft(scale).toPlainString() + "e" + scale;

    assertThat(WholeNumber.unsigned(decimal)).isEqualTo(number);
    assertThat(WholeNumber.unsigned(exponent)).isEqualTo(number);
    assertThat(WholeNumber.signed(Long.toString(number) + ".0")).isEqualTo(number);
  }
}
