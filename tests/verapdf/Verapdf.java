import java.io.FileInputStream;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;

/** Checks PDF files against PDF/UA-1 and PDF/A-2a: one line for each, then the rules that fail. */
public class Verapdf {
    public static void main(String[] names) throws Exception {
        VeraGreenfieldFoundryProvider.initialise();
        for (String name : names) {
            for (var flavour : new PDFAFlavour[] {PDFAFlavour.PDFUA_1, PDFAFlavour.PDFA_2_A}) {
                check(name, flavour);
            }
        }
    }

    private static void check(String name, PDFAFlavour flavour) throws Exception {
        try (var file = new FileInputStream(name);
                var parser = Foundries.defaultInstance().createParser(file, flavour);
                var validator = Foundries.defaultInstance().createValidator(flavour, false)) {
            var result = validator.validate(parser);
            var verdict = result.isCompliant() ? "passes" : "fails";
            System.out.println(name + " " + verdict + " " + flavour.getId());
            for (var found : result.getTestAssertions()) {
                if (found.getStatus() == TestAssertion.Status.FAILED) {
                    System.out.println("  " + found.getRuleId().getClause() + " " + found.getMessage());
                }
            }
        }
    }
}
