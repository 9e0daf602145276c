package io.tracetide.standalone.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tracetide.standalone.registry.EmbeddedRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the distribution is made of: the libraries, by the bill of materials, and the registry. */
class DistributionIT {
  private static final Path TARGET = Path.of("target");

  /** Of one that has several, one is enough. */
  private static final Set<String> ALLOWED =
      Set.of(
          "Apache-2.0",
          "Apache License v2",
          "BSD-2-Clause",
          "BSD-3-Clause",
          "CC0-1.0",
          "Go License", // BSD-3-Clause, under the name that its pom gives it.
          "MIT",
          "MIT-0",
          "The (New) BSD License"); // BSD-3-Clause, under the name that its pom gives it.

  @Test
  void shouldHaveOnlyLibrariesUnderLicencesThatAreAllowed() throws IOException {
    List<String> unknown = new ArrayList<>();
    for (JsonNode component : components()) {
      String name = component.path("group").asText() + ":" + component.path("name").asText();
      Set<String> licences = licences(component);
      if (licences.stream().noneMatch(ALLOWED::contains)) {
        unknown.add(name + " " + licences);
      }
    }
    assertThat(unknown).as("libraries whose licence is not among %s", ALLOWED).isEmpty();
  }

  @Test
  void shouldListEveryLibraryOfTheClassPath() throws IOException {
    Set<String> listed = new TreeSet<>();
    for (JsonNode component : components()) {
      String version = component.path("version").asText();
      String purl = component.path("purl").asText();
      String classifier = purl.replaceFirst(".*classifier=([^&]*).*|.*", "$1");
      listed.add(
          component.path("name").asText()
              + "-"
              + version
              + (classifier == null || classifier.isEmpty() ? "" : "-" + classifier)
              + ".jar");
    }
    assertThat(jars(TARGET.resolve("lib"))).isEqualTo(listed);
  }

  @Test
  void shouldHaveOneVersionOfEachLibraryOfNetty() throws IOException {
    assertThat(
            jars(TARGET.resolve("lib")).stream()
                .filter(jar -> jar.startsWith("netty-"))
                .map(jar -> jar.replaceFirst(".*-(\\d+\\.\\d+\\.\\d+\\.Final).*", "$1"))
                .filter(version -> version.startsWith("4"))
                .collect(Collectors.toSet()))
        .hasSize(1);
  }

  @Test
  void shouldLeaveOutOfTheRegistryWhatItDoesNotUse() throws IOException {
    Set<String> jars = jars(EmbeddedRegistry.bundled().resolve("lib"));

    Pattern unused =
        Pattern.compile(
            "com\\.(microsoft|mysql|sun\\.mail)\\..*|org\\.postgresql\\..*|commons-httpclient\\..*"
                + "|org\\.apache\\.httpcomponents\\..*|org\\.junit\\..*|io\\.netty\\..*");
    assertThat(jars).hasSizeBetween(100, 275);
    assertThat(jars).noneMatch(jar -> unused.matcher(jar).matches());
    assertThat(jars(EmbeddedRegistry.bundled().resolve("netty")))
        .hasSize(14)
        .allMatch(jar -> jar.matches("netty-[a-z0-9-]+-4\\.1\\.1[4-9]\\d\\.Final\\.jar"));
  }

  private static JsonNode components() throws IOException {
    JsonNode components =
        new ObjectMapper().readTree(TARGET.resolve("bom.json").toFile()).path("components");
    assertThat(components).hasSizeGreaterThan(50);
    return components;
  }

  private static Set<String> licences(JsonNode component) {
    Set<String> names = new TreeSet<>();
    for (JsonNode choice : component.path("licenses")) {
      JsonNode licence = choice.path("license");
      names.add(
          choice.hasNonNull("expression")
              ? choice.path("expression").asText()
              : licence.path("id").asText(licence.path("name").asText()));
    }
    return names;
  }

  private static Set<String> jars(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .map(file -> file.getFileName().toString())
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }
}
