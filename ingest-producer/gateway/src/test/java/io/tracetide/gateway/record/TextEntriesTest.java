package io.tracetide.gateway.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class TextEntriesTest {

  /** "Aa" and "BB" have one hash. */
  @Property
  void shouldBeWhatATableOfEntriesIs(
      @ForAll @Size(max = 40)
          List<
                  @StringLength(min = 1, max = 2) @CharRange(from = 'A', to = 'B')
                  @CharRange(from = 'a', to = 'a') String>
              keys) {
    TextEntries entries = new TextEntries();
    Map<String, String> table = new LinkedHashMap<>();
    for (int i = 0; i < keys.size(); i++) {
      String key = keys.get(i);
      assertThat(entries.containsKey(key)).isEqualTo(table.containsKey(key));
      entries.set(entries.indexOf(key), key, "v" + i);
      table.put(key, "v" + i);
    }

    assertThat(entries).isEqualTo(table).hasSameSizeAs(table).hasSameHashCodeAs(table);
    assertThat(entries.entrySet()).containsExactlyElementsOf(table.entrySet());
    List<String> told = new ArrayList<>();
    entries.forEach((key, value) -> told.add(key + value));
    List<String> expected = new ArrayList<>();
    table.forEach((key, value) -> expected.add(key + value));
    assertThat(told).isEqualTo(expected);
    assertThat(entries.get("A")).isEqualTo(table.get("A"));
  }

  @Test
  void shouldNotHaveWhatIsNoText() {
    TextEntries entries = new TextEntries();
    entries.set(TextEntries.NONE, "k", "v");

    assertThat(entries.get(1)).isNull();
    assertThat(entries.containsKey(1)).isFalse();
    assertThat(entries.get("other")).isNull();
  }
}
