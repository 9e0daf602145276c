package io.tracetide.standalone.cli;

import io.tracetide.runtime.config.Secret;
import io.tracetide.runtime.http.tls.TlsClients;
import io.tracetide.standalone.access.Credentials;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/**
 * Options for the token of a tool, shared by commands. The token is never an argument, because
 * other users can see the command line.
 */
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
final class TokenOptions {
  @Spec(Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--token-env",
      paramLabel = "NAME",
      description = "the environment variable that holds the token to send")
  private @Nullable String variable;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "the file that holds the token to send")
  private @Nullable Path file;

  @Option(
      names = "--trust",
      paramLabel = "FILE",
      description = "certificates in PEM to trust, for an https URL (default: the platform's)")
  private @Nullable Path trust;

  Credentials credentials() throws IOException {
    return new Credentials(
        token(spec, "--token-env", variable, "--token-file", file),
        trust == null ? Optional.empty() : Optional.of(TlsClients.trusting(trust)));
  }

  /** The token of the given variable or file; none when neither is given. */
  static Secret token(
      CommandSpec spec,
      String variableOption,
      @Nullable String variable,
      String fileOption,
      @Nullable Path file)
      throws IOException {
    if (variable != null && file != null) {
      throw new ParameterException(
          spec.commandLine(), "give " + variableOption + " or " + fileOption + ", not both");
    }
    if (variable != null) {
      String value = System.getenv(variable);
      if (value == null || value.isBlank()) {
        throw new ParameterException(
            spec.commandLine(), variableOption + ": " + variable + " is not set");
      }
      return Secret.of(value.strip());
    }
    return file == null ? Secret.NONE : Secret.of(Files.readString(file).strip());
  }
}
