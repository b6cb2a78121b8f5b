using Wuwei.Register;
using Wuwei.ServiceDefaults;
using Wuwei.ServiceDefaults.Personal;

namespace Wuwei.Training.CertifiedTrainings;

/// <summary>
/// The number of a certificate as it is stored and compared. Many issuers make it from the holder's identity number; the
/// person's key stands for that part, so that nothing is lost and nothing is in clear.
/// </summary>
internal static class CertificateNumber
{
    public static readonly Refusal Malformed = Refusal.Invalid("training.certificate_number", "证书编号中没有文字或数字。", "/certificateNumber");

    public static readonly Refusal OfAnother = Refusal.Invalid(
        "training.certificate_number_of_another", "证书编号中含有他人的身份证号码，请核对。", "/certificateNumber");

    /// <summary>Blanks go, small letters become capitals, the holder's identity number (of 18 or 15 digits) becomes the person's key.</summary>
    public static Decision<string> Read(string text, Person holder)
    {
        var id = holder.NationalId.Reveal();
        var number = Typed.Number(text).Replace(id, holder.Key).Replace($"{id[..6]}{id[8..17]}", holder.Key);
        return number.Length == 0 ? Malformed
            : IdNumbers.AreIn(number) ? OfAnother
            : number;
    }

    /// <summary>As answers show it: the identity number in it masked.</summary>
    public static string Show(string number, Person holder) => number.Replace(holder.Key, holder.NationalId.ToString());
}
