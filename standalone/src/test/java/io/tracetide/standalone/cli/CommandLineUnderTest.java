package io.tracetide.standalone.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;

/**
 * A command as a shell would run it.
 *
 * @param out what it printed
 */
public record CommandLineUnderTest(int exit, String out) {

  public static CommandLineUnderTest run(String... args) {
    PrintStream terminal = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, UTF_8));
    try {
      int exit = Main.commandLine().execute(args);
      return new CommandLineUnderTest(exit, printed.toString(UTF_8));
    } finally {
      System.setOut(terminal);
    }
  }
}
