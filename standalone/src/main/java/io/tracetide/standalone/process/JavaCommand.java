package io.tracetide.standalone.process;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The command line of a Java program in a child process.
 *
 * @param name for logs and messages
 * @param jvmFlags memory, system properties and the like
 * @param classPath its class path, without this module
 * @param mainClass its main class
 * @param arguments its arguments; visible to every user of the machine, so they must have no
 *     secrets
 */
public record JavaCommand(
    String name,
    List<String> jvmFlags,
    String classPath,
    String mainClass,
    List<String> arguments) {

  public JavaCommand {
    jvmFlags = List.copyOf(jvmFlags);
    arguments = List.copyOf(arguments);
  }

  /** The jar or directory that this class was loaded from. */
  public static Path ownCode() {
    return CodeLocation.of(JavaCommand.class);
  }

  /**
   * The command line. The child ignores Ctrl-C of the terminal, which reaches the whole process
   * group, because the parent ends its children in order.
   */
  public List<String> commandLine() {
    List<String> line = new ArrayList<>();
    line.addAll(List.of("/bin/sh", "-c", "trap '' INT; exec \"$@\"", "sh"));
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(jvmFlags);
    line.addAll(List.of("-cp", classPath + java.io.File.pathSeparator + ownCode()));
    line.add(ParentBound.class.getName());
    line.add(mainClass);
    line.addAll(arguments);
    return line;
  }
}
