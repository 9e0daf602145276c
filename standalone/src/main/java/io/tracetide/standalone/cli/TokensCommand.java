package io.tracetide.standalone.cli;

import io.tracetide.runtime.access.Tenants;
import io.tracetide.runtime.access.Token;
import io.tracetide.runtime.access.TokenClass;
import io.tracetide.runtime.access.TokenName;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Commands for tokens. */
@Command(
    name = "tokens",
    description = "Creates tokens for callers of the roles.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
final class TokensCommand implements Runnable {
  private static final int ID_BYTES = 4;

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "create is missing");
  }

  @Command(
      name = "create",
      description = {
        "Creates a token. The first line is the token, which is shown only once and not stored;"
            + " the second line belongs under 'tokens:' in the file that a role's listener.tokens"
            + " names, and has only the token's SHA-256.",
        "ingest sends the events of one tenant; query reads, admin also changes silences and"
            + " acknowledgements, of one or more tenants or '*' for all; peer is for queries"
            + " between processors."
      },
      mixinStandardHelpOptions = true)
  void create(
      @Option(
              names = "--class",
              required = true,
              paramLabel = "CLASS",
              description = "${COMPLETION-CANDIDATES}, in lower case, too")
          TokenClass tokenClass,
      @Option(
              names = "--tenant",
              paramLabel = "NAME",
              description = "tenant of the token; may be given several times, '*' is all")
          @Nullable List<String> given,
      @Option(
              names = "--id",
              paramLabel = "ID",
              description = "its name in the configuration and the audit trail (default: random)")
          @Nullable String id,
      @Option(
              names = "--out",
              paramLabel = "FILE",
              description = "write the token to this new file, readable only by its owner, instead")
          @Nullable Path file)
      throws IOException {
    SecureRandom random = new SecureRandom();
    List<String> tenants = given == null ? List.of() : given;
    check(tokenClass, tenants);
    if (id != null && !TokenName.isId(id)) {
      throw refused("--id must be 1 to 32 letters, digits and dashes");
    }
    Token token = Token.create(new TokenName(tokenClass, id == null ? madeUp(random) : id), random);
    if (file == null) {
      System.out.println(token.reveal());
    } else {
      write(token, file);
    }
    System.out.printf(
        "  %s: {sha256: [%s], tenants: [%s]}%n",
        token.name(),
        HexFormat.of().formatHex(token.sha256()),
        tenants.stream().map(TokensCommand::quoted).collect(Collectors.joining(", ")));
  }

  private void write(Token token, Path file) throws IOException {
    try {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    } catch (FileAlreadyExistsException e) {
      throw refused("--out: " + file + " is there already");
    }
    Files.writeString(file, token.reveal() + System.lineSeparator());
  }

  private void check(TokenClass of, List<String> tenants) {
    boolean all = tenants.contains(Tenants.WILDCARD);
    switch (of) {
      case INGEST -> {
        if (tenants.size() != 1 || all) {
          throw refused("an ingest token needs one --tenant, which owns all events of the token");
        }
      }
      case QUERY, ADMIN -> {
        if (tenants.isEmpty() || (all && tenants.size() > 1)) {
          throw refused(
              "a query or admin token needs --tenant, once or more, or --tenant '*' alone");
        }
      }
      case PEER -> {
        if (!tenants.isEmpty()) {
          throw refused("a peer token has no --tenant: the processor that asks has checked");
        }
      }
    }
  }

  private ParameterException refused(String problem) {
    return new ParameterException(spec.subcommands().get("create"), problem);
  }

  private static String madeUp(SecureRandom random) {
    byte[] bytes = new byte[ID_BYTES];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  /** The text as a quoted YAML scalar on one line. */
  private static String quoted(String tenant) {
    return '"' + tenant.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
