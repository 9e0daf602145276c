package io.tracetide.standalone.process;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A Java program to be run as a child.
 *
 * @param name what to call it in logs and messages
 * @param jvmFlags memory, system properties and the like
 * @param classPath its class path, without this module
 * @param mainClass its main class
 * @param arguments its arguments; visible to every user of the machine, so no secrets
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

  /** Where this class was loaded from: a jar, or a directory of classes. */
  public static Path ownCode() {
    return CodeLocation.of(JavaCommand.class);
  }

  /**
   * The command line. The child ignores the terminal's Ctrl-C, which reaches the whole process
   * group: it is for the parent to end things in order.
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
