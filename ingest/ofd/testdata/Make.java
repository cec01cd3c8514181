import java.nio.file.*;
import java.util.*;
import org.ofdrw.layout.OFDDoc;
import org.ofdrw.layout.element.*;

/** Writes the paragraphs of a text file, one a line, as an OFD document. */
public class Make {
  public static void main(String[] args) throws Exception {
    List<String> lines = Files.readAllLines(Path.of(args[0]));
    try (OFDDoc doc = new OFDDoc(Path.of(args[1]))) {
      for (int i = 0; i < lines.size(); i++) {
        String line = lines.get(i);
        if (line.isEmpty()) continue;
        Paragraph p = new Paragraph();
        Span s = new Span(line);
        s.setFontSize(i == 0 ? 8d : 5d);
        p.add(s);
        p.setFontSize(i == 0 ? 8d : 5d);
        p.setLineSpace(2d);
        if (i == 0) p.setTextAlign(TextAlign.center); else p.setFirstLineIndent(2);
        doc.add(p);
      }
    }
  }
}
